import { amount, oneOf, whole } from '../fields.js';

/** What mode test gives to whoever tries the market out (docs/sandbox.md). */
export const sandbox = {
  SANDBOX_CREDIT_MAX: amount('1000.000000').describe(
    'Sandbox dollars an agent of mode test may give itself in any 24 hours.',
  ),
  SANDBOX_CONTRIBUTORS_MAX: whole(20, { min: 0, max: 10_000 }).describe(
    'Simulated contributors one agent may have at work at once; 0: none.',
  ),
  SANDBOX_CONTRIBUTORS_DAY_MAX: whole(500, { min: 0, max: 1_000_000 }).describe(
    'Simulated contributors one agent may ask for in any 24 hours.',
  ),
  SANDBOX_CLOCK: oneOf(['on', 'off'], 'off').describe(
    'on: agents of mode test may move the clock of this market forward. Such a market has no mode live, and refuses to start where there was one.',
  ),
};

import { balanceSchema } from '../identity.js';
import {
  addSandboxCreditSchema,
  advanceClockSchema,
  clockSchema,
  createSimulationSchema,
  simulationSchema,
} from '../sandbox.js';
import { create, read, type Route } from './route.js';

/** Test mode only: money, people and time for whoever tries the market out. */
export const SANDBOX_ROUTES = {
  add_sandbox_credit: {
    method: 'POST',
    path: '/v1/sandbox/credits',
    summary: 'Test mode: give yourself sandbox dollars, up to a limit in any 24 hours',
    scope: 'spend',
    ...create,
    body: addSandboxCreditSchema,
    response: balanceSchema,
    errors: ['mode_mismatch', 'sandbox_limit'],
  },
  create_simulation: {
    method: 'POST',
    path: '/v1/sandbox/contributors',
    summary: 'Test mode: ask a simulated contributor to answer a bounty of yours, honestly or not',
    scope: 'spend',
    ...create,
    body: createSimulationSchema,
    response: simulationSchema,
    errors: ['mode_mismatch', 'not_found', 'bounty_not_open', 'criteria_unreachable', 'sandbox_limit'],
  },
  get_simulation: {
    method: 'GET',
    path: '/v1/sandbox/contributors/:id',
    summary: 'Test mode: one simulated contributor of yours, what it does and what became of it',
    ...read,
    response: simulationSchema,
    errors: ['not_found'],
  },
  get_clock: {
    method: 'GET',
    path: '/v1/sandbox/clock',
    summary: 'What time it is on this market, and whether it can be moved',
    ...read,
    response: clockSchema,
    errors: [],
  },
  advance_clock: {
    method: 'POST',
    path: '/v1/sandbox/clock',
    summary: 'Test mode, where the operator allows it: move the market’s clock forward',
    scope: 'spend',
    ...create,
    status: 200,
    body: advanceClockSchema,
    response: clockSchema,
    errors: ['mode_mismatch', 'sandbox_clock_off'],
  },
} as const satisfies Record<string, Route>;

import type { ProblemCode } from '../problems.js';

/** What taking work on a bounty may be refused with, in the order in which it is looked at: by a reservation, in a race, by an application. */
export const WORK_REFUSALS = [
  'not_found',
  'policy_refused',
  'policy_held',
  'bounty_mode',
  'window_closed',
  'bounty_not_open',
  'reputation_too_low',
  'reservation_barred',
  'reservation_limit',
  'payout_account_missing',
] as const satisfies readonly ProblemCode[];

import { amount, whole } from '../fields.js';
import { MINUTE_S, HOUR_S, DAY_S } from './units.js';

/** Terms of bounties, captures and reads. */
export const market = {
  RESERVATION_TTL_S: whole(30 * MINUTE_S, { min: 1, max: DAY_S }).describe(
    'Time a reservation holds its slot, in seconds.',
  ),
  SORTITION_ROUND_S: whole(2 * MINUTE_S, { min: 1, max: DAY_S }).describe(
    'Time a round takes applications for slots that are drawn (`purpose: markets`), in seconds.',
  ),
  SORTITION_ENOUGH: whole(50, { min: 2, max: 1_000 }).describe(
    'Applications for each free slot with which a round closes before its time.',
  ),
  INVITATION_TTL_S: whole(5 * MINUTE_S, { min: 1, max: DAY_S }).describe(
    'Time an invitation waits for its contributor before the next one is invited, in seconds.',
  ),
  RESERVATIONS_ACTIVE_MAX: whole(3, { min: 1, max: 100 }).describe('Reservations one contributor may hold at once.'),
  RESERVATIONS_ACTIVE_NEW_MAX: whole(1, { min: 1, max: 100 }).describe(
    'The same for a contributor without an accepted capture.',
  ),
  REPUTATION_HALF_LIFE_S: whole(180 * DAY_S, { min: DAY_S, max: 3_650 * DAY_S }).describe(
    'Time after which an outcome weighs half in a reputation, in seconds.',
  ),
  ADDRESS_RETENTION_S: whole(90 * DAY_S, { min: DAY_S, max: 365 * DAY_S }).describe(
    'Time the keyed hash of the address block that a party registered from is kept, in seconds. It only counts who is independent.',
  ),
  APPEAL_WINDOW_S: whole(DAY_S, { min: 1, max: 90 * DAY_S }).describe(
    'Time after a verdict in which it can be disputed, in seconds.',
  ),
  DECISION_S: whole(3 * DAY_S, { min: 1, max: 90 * DAY_S }).describe(
    'Time the operator has to decide a dispute before the stated default decides, in seconds.',
  ),
  REVIEW_S: whole(DAY_S, { min: 1, max: 90 * DAY_S }).describe(
    'Time a review waits for its answer before silence decides, in seconds.',
  ),
  SIGNED_VALUE_MAX: amount('20.000000').describe(
    'Largest price, in units of the currency, that a capture vouched for by a software key alone may earn.',
  ),
  FEE_BPS: whole(1_000, { min: 0, max: 5_000 }).describe('Fee on top of each price, in hundredths of a percent.'),
  LOSS_RESERVE_BPS: whole(2_000, { min: 0, max: 10_000 }).describe(
    'Share of each fee kept in the loss reserve, which pays upheld disputes, in hundredths of a percent.',
  ),
  READ_PRICE: amount('0.010000').describe('Price of reading one observation, in units of the currency.'),
  CERTIFICATE_TTL_S: whole(7 * DAY_S, { min: HOUR_S, max: 90 * DAY_S }).describe(
    'Time a device certificate is valid, in seconds.',
  ),
};

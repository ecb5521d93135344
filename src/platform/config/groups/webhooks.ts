import { list, whole } from '../fields.js';
import { MINUTE_S, DAY_S } from './units.js';

/** What is sent to receivers of others, and where it may not go. */
export const webhooks = {
  WEBHOOK_ENDPOINTS_MAX: whole(10, { min: 1, max: 1_000 }).describe('Webhook endpoints of one owner.'),
  WEBHOOK_TIMEOUT_MS: whole(15_000, { min: 100, max: MINUTE_S * 1_000 }).describe(
    'Time a receiver has from the first packet to its status, in milliseconds; a third of it for the connection.',
  ),
  WEBHOOK_RETRY_S: whole(3 * DAY_S, { min: 1, max: 14 * DAY_S }).describe(
    'Time a message is tried before it is given up, in seconds.',
  ),
  WEBHOOK_PAUSE_AFTER_S: whole(5 * DAY_S, { min: 1, max: 90 * DAY_S }).describe(
    'Time in which every attempt to an endpoint fails before it is paused, in seconds.',
  ),
  WEBHOOK_POLL_MS: whole(500, { min: 10, max: MINUTE_S * 1_000 }).describe(
    'Time between two looks for webhooks that are due, in milliseconds; new ones are sent at once.',
  ),
  EGRESS_ALLOW_PRIVATE: list('CIDR ranges such as 127.0.0.0/8').describe(
    'Ranges that are not public and that webhooks of mode test may go to nevertheless, by http or https, on any port: your own test receivers. Mode live never uses it.',
  ),
};

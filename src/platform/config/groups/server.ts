import { list, oneOf, optionalOrigin, secret, text, whole } from '../fields.js';
import { KIB, MIB, PORT_MAX } from './units.js';

/** Where the api listens, and what one caller may ask of it. */
export const server = {
  HOST: text('127.0.0.1').describe('Address the api listens on. Set it to 0.0.0.0 only behind a proxy that ends TLS.'),
  PORT: whole(8787, { min: 0, max: PORT_MAX }).describe('Port the api listens on; 0 takes a free one.'),
  PUBLIC_URL: optionalOrigin().describe(
    'Origin callers reach the api at, used in upload links and error pages. Unset: the address it listens on.',
  ),
  CORS_ORIGINS: list('origins').describe('Web origins whose pages may call the api from a browser; none by default.'),
  TRUSTED_PROXIES: list('IP addresses or CIDR ranges').describe(
    'Proxies whose X-Forwarded-For is believed; none by default.',
  ),
  BODY_BYTES_MAX: whole(1 * MIB, { min: KIB, max: 64 * MIB }).describe(
    'Largest JSON body, in bytes. Uploads have their own limit.',
  ),
  REQUEST_TIMEOUT_MS: whole(300_000, { min: 1_000, max: 3_600_000 }).describe(
    'Longest time one request may take to arrive, in milliseconds; a slow phone still uploads 25 MiB in it.',
  ),
  RATE_LIMIT_PER_MINUTE: whole(6_000, { min: 0, max: 10_000_000 }).describe(
    'Requests a minute one principal may make, and its burst; 0 turns the limit off.',
  ),
  RATE_LIMIT_ADDRESS_PER_MINUTE: whole(12_000, { min: 0, max: 10_000_000 }).describe(
    'Requests a minute one address (an IPv6 /64) may make, and its burst; 0 turns the limit off.',
  ),
  RATE_LIMIT_BUCKETS_MAX: whole(100_000, { min: 100, max: 10_000_000 }).describe(
    'Principals and addresses remembered at once by the rate limit; the longest unseen is forgotten first.',
  ),
  STREAMS_MAX: whole(10_000, { min: 1, max: 1_000_000 }).describe('Event streams open at once in one process.'),
  STREAM_BYTES_MAX: whole(128 * KIB, { min: KIB, max: 64 * MIB }).describe(
    'Bytes written to a stream at once, and so the most that is kept for a reader that does not take them. One event is written whole.',
  ),
  STREAM_HEARTBEAT_MS: whole(15_000, { min: 20, max: 300_000 }).describe(
    'Time between comments that keep an idle stream open, in milliseconds. A reader that takes nothing from one to the next is dropped.',
  ),
  STREAM_RETRY_MS: whole(1_000, { min: 0, max: 600_000 }).describe(
    'How long a reader is asked to wait before it comes back when its stream ends, in milliseconds.',
  ),
  STREAM_TAPE_MAX: whole(2_000, { min: 1, max: 1_000_000 }).describe(
    'Newest observations kept in memory for streams of one mode; readers further behind read from the database.',
  ),
  READY_CHECK_TIMEOUT_MS: whole(2_000, { min: 10, max: 60_000 }).describe(
    'Time one readiness check may take before it counts as failed, in milliseconds.',
  ),
  SHUTDOWN_GRACE_MS: whole(10_000, { min: 0, max: 600_000 }).describe(
    'Time requests in flight have to finish after a stop signal, in milliseconds.',
  ),
  METRICS_TOKEN: secret().describe(
    'Bearer token that /metrics asks for. Unset: /metrics is open to whoever reaches the port.',
  ),
  LOG_LEVEL: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'silent'], 'info').describe(
    'Least important line that is logged.',
  ),
};

import { z } from 'zod';
import {
  amount,
  list,
  oneOf,
  optionalAddress,
  optionalOrigin,
  optionalText,
  optionalUrl,
  optionalWhole,
  secret,
  text,
  whole,
} from './fields.js';

const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;
const KIB = 1024;
const MIB = 1024 * KIB;
const PORT_MAX = 65_535;

const server = {
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

const stores = {
  DATA_DIR: text('.groundtruth').describe(
    'Folder of everything kept on this machine: keys, embedded database, disk storage.',
  ),
  DATABASE_URL: optionalUrl(['postgres', 'postgresql'], { secret: true }).describe(
    'Postgres 14 or newer. Unset: an embedded Postgres in DATA_DIR.',
  ),
  DATABASE_POOL_MAX: whole(16, { min: 1, max: 1_000 }).describe('Connections one process opens to the database.'),
  EMBEDDED_POSTGRES_PORT: optionalWhole({ min: 1, max: PORT_MAX }).describe(
    'Port of the embedded Postgres. Unset: a free one, remembered in DATA_DIR.',
  ),
  REDIS_URL: optionalUrl(['redis', 'rediss'], { secret: true }).describe(
    'Redis or Valkey for the queues. Unset: the queues live in Postgres.',
  ),
  S3_ENDPOINT: optionalOrigin().describe('S3 or MinIO server. Unset: objects are kept on disk in DATA_DIR.'),
  S3_PUBLIC_ENDPOINT: optionalOrigin().describe(
    'Origin at which holders of upload and download links reach the S3 server. Unset: S3_ENDPOINT.',
  ),
  S3_BUCKET: optionalText().describe('Bucket, which must exist.'),
  S3_REGION: text('us-east-1').describe('Region the requests are signed for.'),
  S3_ACCESS_KEY: optionalText().describe('Access key.'),
  S3_SECRET_KEY: secret().describe('Secret key.'),
  UPLOAD_URL_TTL_S: whole(15 * MINUTE_S, { min: 1, max: 7 * DAY_S }).describe(
    'Time an upload link is valid, in seconds.',
  ),
  DOWNLOAD_URL_TTL_S: whole(5 * MINUTE_S, { min: 1, max: 7 * DAY_S }).describe(
    'Time a download link is valid, in seconds.',
  ),
  ORIGINAL_RETENTION_S: whole(90 * DAY_S, { min: 1, max: 3_650 * DAY_S }).describe(
    'Time the bytes of a sealed original are kept after its capture has ended, in seconds. Hashes stay for ever.',
  ),
  UPLOAD_BYTES_MAX: whole(25 * MIB, { min: KIB, max: 1024 * MIB }).describe('Largest upload, in bytes.'),
};

const market = {
  RESERVATION_TTL_S: whole(30 * MINUTE_S, { min: 1, max: DAY_S }).describe(
    'Time a reservation holds its slot, in seconds.',
  ),
  RESERVATIONS_ACTIVE_MAX: whole(3, { min: 1, max: 100 }).describe('Reservations one contributor may hold at once.'),
  RESERVATIONS_ACTIVE_NEW_MAX: whole(1, { min: 1, max: 100 }).describe(
    'The same for a contributor without an accepted capture.',
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

const attestation = {
  APP_ATTEST_APP_IDS: list('App IDs such as AB12CD34EF.org.example.app', /^[A-Z0-9]{10}\.[A-Za-z0-9.-]+$/).describe(
    'Apps of Apple devices whose App Attest attestations are believed; none by default.',
  ),
  ANDROID_PACKAGES: list('package names such as org.example.app', /^[A-Za-z0-9_.]+$/).describe(
    'Android apps whose key attestations are believed; none by default.',
  ),
  ANDROID_SIGNING_DIGESTS: list('SHA-256 in lower-case hex', /^[0-9a-f]{64}$/).describe(
    'Certificates that the Android apps are signed with.',
  ),
  ANDROID_STATUS_FILE: optionalText().describe(
    'Google’s list of revoked Android attestation keys (https://android.googleapis.com/attestation/status), fetched by you at least every 7 days.',
  ),
  ANDROID_ROOTS_FILE: optionalText().describe(
    'PEM file of roots of Android attestation believed besides the built-in ones of Google.',
  ),
  ATTESTATION_CHALLENGE_TTL_S: whole(10 * MINUTE_S, { min: 1, max: DAY_S }).describe(
    'Time a device has to answer an attestation challenge, in seconds.',
  ),
};

const c2pa = {
  C2PA_TRUST_FILES: list('paths of PEM files').describe(
    'Roots of C2PA signers and time stampers that count as third parties, such as the official trust lists; none by default. Unset: criteria that ask for third-party C2PA are refused at quote.',
  ),
};

const chain = {
  CHAIN_RPC_URL: optionalUrl(['https', 'http'], { secret: true }).describe(
    'HTTP JSON-RPC of the EVM chain whose money mode live takes, and any key it asks for. Unset: no stablecoin rail in mode live. Mode test never uses it: its chain is the embedded one in DATA_DIR.',
  ),
  CHAIN_ID: optionalWhole({ min: 1, max: 999_999_999_999_999 }).describe(
    'Id of that chain, such as 8453. A node that serves another one is refused at start.',
  ),
  CHAIN_TOKEN: optionalAddress().describe(
    'The stablecoin there: an ERC-20 of six decimals with EIP-3009, which is USDC.',
  ),
  CHAIN_ESCROW: optionalAddress().describe('Our BountyEscrow there.'),
  CHAIN_DISTRIBUTOR: optionalAddress().describe('Our Distributor there.'),
  CHAIN_FEE_TO: optionalAddress().describe(
    'Account there that the fee of each release goes to. It needs no key on this machine.',
  ),
  CHAIN_FROM_BLOCK: whole(0, { min: 0, max: 999_999_999_999 }).describe(
    'First block of that chain to be read: the one our contracts were deployed in. Counts until something was read.',
  ),
  EMBEDDED_CHAIN: oneOf(['on', 'off'], 'on').describe(
    'Whether mode test has a chain of its own in DATA_DIR. off: no stablecoin rail in mode test.',
  ),
  CHAIN_GRACE_S: whole(30 * DAY_S, { min: 14 * DAY_S, max: 365 * DAY_S }).describe(
    'Time after a bounty’s deadline before its funders may take back what no closing statement has settled, in seconds; in both modes.',
  ),
  CHAIN_ROOT_INTERVAL_S: whole(3_600, { min: 1, max: 7 * DAY_S }).describe(
    'Least time between two roots of the Distributor, in seconds; in both modes. A root costs the root-setter one transaction.',
  ),
  CHAIN_CLAIM_MIN: amount('1.000000').describe(
    'What a wallet must at least be owed by the Distributor for the relayer to pay the gas of its claim; in both modes. Less can be claimed by anyone.',
  ),
  CHAIN_READS_TO: optionalAddress().describe(
    'Account there that reads are paid to by x402. It needs no key on this machine. Unset: reads are sold to accounts of ours only. x402’s channel contract must be on that chain.',
  ),
  X402_FACILITATOR_URL: optionalUrl(['https', 'http']).describe(
    'x402 facilitator that sends payments of single reads in mode live and pays their gas. Unset: our relayer does. Channels are always ours. What it says is checked on chain.',
  ),
  READ_EXACT_MIN: amount('0.020000').describe(
    'Least price, in USDC, at which mode live sells one read by a transfer of its own: below it, gas is too large a part. Channels sell at any price.',
  ),
  CHANNEL_DEPOSIT_MIN: amount('0.500000').describe(
    'Least deposit into a payment channel, in USDC: the relayer pays the gas of it.',
  ),
  CHANNEL_WITHDRAW_DELAY_S: whole(DAY_S, { min: 900, max: 30 * DAY_S }).describe(
    'Time between a payer’s announcement that it empties its channel and its payment, in seconds: what is left for the last claim. Changing it makes new channels.',
  ),
  CLAIM_GAS_MULTIPLE: whole(50, { min: 1, max: 10_000 }).describe(
    'How many times the gas of a claim must be worth what it claims of channels. A payer that leaves is claimed of at once.',
  ),
  CHAIN_GAS_COIN_PRICE: amount('3000.000000').describe(
    'What one whole coin that pays gas is worth, in USDC, for that comparison alone.',
  ),
  CHAIN_POLL_MS: whole(1_000, { min: 50, max: MINUTE_S * 1_000 }).describe(
    'Time between two looks for new blocks, in milliseconds; in both modes.',
  ),
};

const card = {
  STRIPE_SECRET_KEY: secret().describe(
    'Key of the Stripe account: sk_live_… takes cards in mode live, sk_test_… in mode test instead of the simulator. Unset: no cards in mode live.',
  ),
  STRIPE_WEBHOOK_SECRETS: list('whsec_…', /^whsec_\S+$/).describe(
    'Signing secrets of the webhook endpoint at Stripe; any of them counts, so that one can be rolled.',
  ),
  EMBEDDED_STRIPE: oneOf(['on', 'off'], 'on').describe(
    'Whether mode test has a Stripe simulator in DATA_DIR when no sk_test_… key is set. It is not Stripe (docs/stripe-simulator.md). off: no cards in mode test.',
  ),
  TOP_UP_MIN: amount('20.000000').describe(
    'Least amount of one top-up, in dollars: below it the card’s fee is too large a part.',
  ),
  TOP_UP_MAX: amount('5000.000000').describe('Largest amount of one top-up, in dollars.'),
  TOP_UP_ACTION_S: whole(DAY_S, { min: MINUTE_S, max: 30 * DAY_S }).describe(
    'Time a top-up may wait for its cardholder’s approval, in seconds; then its payment is cancelled.',
  ),
  STRIPE_RECORDS_RETENTION_S: whole(90 * DAY_S, { min: 31 * DAY_S, max: 3_650 * DAY_S }).describe(
    'Time the records of ended webhook events and ended effects at Stripe are kept, in seconds. Longer than the 30 days for which Stripe lists events.',
  ),
  CARD_RESERVE_FLOOR: amount('0.000000').describe(
    'What the loss reserve of card money must hold, in dollars, for new payouts of card money to leave. 0: they always do. Must be said with a sk_live_… key.',
  ),
  CARD_PAYOUT_MIN: amount('50.000000').describe(
    'What a contributor must at least have to be paid by bank, in dollars; not below 25. A payout costs about two dollars and a half (docs/fees.md).',
  ),
  CARD_PAYOUT_COUNTRIES: list('two-letter country codes such as US', /^[A-Z]{2}$/, ['US']).describe(
    'Where contributors paid by bank may live. Only places whose Stripe accounts hold dollars: money that Stripe changes into another currency is not counted here, and stops payouts.',
  ),
  CARD_PAYOUT_HOUR: whole(6, { min: 0, max: 23 }).describe(
    'Hour of the day, in UTC, from which the batch of payouts goes.',
  ),
  CARD_MATURITY_S: whole(7 * DAY_S, { min: 0, max: 120 * DAY_S }).describe(
    'Time from the charge of a card until what it paid for may leave by bank, in seconds.',
  ),
  CARD_MATURITY_NEW_S: whole(14 * DAY_S, { min: 0, max: 120 * DAY_S }).describe(
    'The same for charges of an agent that is new, in seconds; never less than for others.',
  ),
  CARD_NEW_AGENT_S: whole(30 * DAY_S, { min: 0, max: 365 * DAY_S }).describe(
    'How long after its first top-up an agent is new, in seconds.',
  ),
  CARD_RECONCILE_HOUR: whole(3, { min: 0, max: 23 }).describe(
    'Hour of the day, in UTC, from which Stripe is compared with the ledger.',
  ),
  STRIPE_EVENTS_S: whole(HOUR_S, { min: 1, max: 7 * DAY_S }).describe(
    'Time between two looks through the events that Stripe lists, for webhooks that never came, in seconds.',
  ),
  STRIPE_POLL_MS: whole(500, { min: 10, max: MINUTE_S * 1_000 }).describe(
    'Time between two looks for effects to send to Stripe and events to act on, in milliseconds.',
  ),
};

const work = {
  LOG_WITNESSES: list(
    'a URL, a space and the witness’s key (name+id+key)',
    /^https?:\/\/\S+ [^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]+=*$/,
  ).describe('Witnesses that are asked to cosign each checkpoint of the logs. None by default.'),
  VERIFIERS: whole(1, { min: 0, max: 64 }).describe(
    'Verification workers the start command runs next to the api; 0 when they run elsewhere.',
  ),
  VERIFIER_CONCURRENCY: whole(1, { min: 1, max: 64 }).describe('Captures one verification worker has in hand at once.'),
  FFMPEG_PATH: optionalText().describe(
    'Program that decodes films. Unset: ffmpeg as the system has it installed; without one, kind video is refused at quote.',
  ),
  VERIFICATION_TIMEOUT_S: whole(2 * MINUTE_S, { min: 1, max: HOUR_S }).describe(
    'Time one capture may take to verify before it is tried again, in seconds.',
  ),
  SECOND_DETECTOR: oneOf(['none', 'yolox-nano'], 'none').describe(
    'A second object detector that must agree with the packaged one; `npm run models:fetch` downloads it.',
  ),
  SECOND_DETECTOR_URL: optionalUrl(['https', 'http']).describe(
    'Where `npm run models:fetch` downloads the second detector from. Unset: its publisher. Its sha256 is pinned either way.',
  ),
  OPEN_VOCABULARY_CARD: optionalText().describe(
    'Model card (JSON file) of the model that answers criteria in free words. Unset: such bounties are refused at quote.',
  ),
  SWEEP_INTERVAL_MS: whole(1_000, { min: 10, max: HOUR_S * 1_000 }).describe(
    'Time between two looks for deadlines that have passed, in milliseconds.',
  ),
};

const webhooks = {
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

/** Every environment variable this product reads, in the groups and the order of the generated page. */
export const CONFIG_GROUPS = {
  Server: server,
  Stores: stores,
  Market: market,
  Attestation: attestation,
  C2PA: c2pa,
  Chain: chain,
  Card: card,
  Webhooks: webhooks,
  Work: work,
} as const;

export const configSchema = z.object({
  ...server,
  ...stores,
  ...market,
  ...attestation,
  ...c2pa,
  ...chain,
  ...card,
  ...webhooks,
  ...work,
});

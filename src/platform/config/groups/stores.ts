import { optionalOrigin, optionalText, optionalUrl, optionalWhole, secret, text, whole } from '../fields.js';
import { MINUTE_S, DAY_S, KIB, MIB, PORT_MAX } from './units.js';

/** Where rows, queues and objects are kept, and for how long. */
export const stores = {
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

import { resolve } from 'node:path';
import type { Clock } from '../../kernel/clock.js';
import type { Config } from '../config/index.js';
import { DiskStorage } from './disk.storage.js';
import { S3Storage } from './s3.storage.js';
import type { Storage } from './storage.js';

export interface StorageOptions {
  readonly config: Config;
  readonly clock: Clock;
  /** Where the api is reached; it may be known only once the api listens. */
  readonly address: { readonly origin: string };
  /** Signs the links of the disk adapter. Must survive restarts and be the same in every api process. */
  readonly secret: string;
}

/** The storage that the configuration names: S3 when there is an endpoint, else a folder in `DATA_DIR`. Call `prepare` before use. */
export function createStorage({ config, clock, address, secret }: StorageOptions): Storage {
  const { S3_ENDPOINT, S3_PUBLIC_ENDPOINT, S3_BUCKET, S3_ACCESS_KEY, S3_SECRET_KEY, S3_REGION } = config;
  if (
    S3_ENDPOINT === undefined ||
    S3_BUCKET === undefined ||
    S3_ACCESS_KEY === undefined ||
    S3_SECRET_KEY === undefined
  ) {
    return new DiskStorage({
      folder: resolve(config.DATA_DIR, 'storage'),
      secret,
      clock,
      origin: () => address.origin,
    });
  }
  const account = { endpoint: S3_ENDPOINT, region: S3_REGION, access_key: S3_ACCESS_KEY, secret_key: S3_SECRET_KEY };
  return new S3Storage({
    account,
    bucket: S3_BUCKET,
    clock,
    ...(S3_PUBLIC_ENDPOINT && { public_endpoint: S3_PUBLIC_ENDPOINT }),
  });
}

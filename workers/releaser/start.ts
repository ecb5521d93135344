import type { Hex, LocalAccount } from 'viem';
import type { Clock } from '../../src/kernel/clock.js';
import { createDataSource, UnitOfWork } from '../../src/platform/database/index.js';
import type { Log } from '../../src/platform/telemetry/index.js';
import { every } from '../../src/platform/time.js';
import type { ReleaserConfig } from './config.js';
import type { ContractsAt } from './facts.js';
import { readReleaseKeys } from './keys.js';
import { ReleaserRecords } from './records.js';
import { Releaser } from './releaser.js';
import type { Signer } from './sign.js';

export interface RunningReleaser {
  /** What the process says of itself once it signs: its addresses and the escrow it signs for in each mode. */
  readonly ready: Readonly<Record<string, unknown>>;
  /** Finishes the row in hand. Repeatable. */
  stop(): Promise<void>;
}

/**
 * Starts a releaser in this process: reads the keys, connects, then looks for what waits every `RELEASE_INTERVAL_MS`.
 * @throws {Error} when a key is missing or the database cannot be reached; nothing is left running.
 */
export async function startReleaser(
  config: ReleaserConfig,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<RunningReleaser> {
  const accounts = await readReleaseKeys({ test: config.RELEASE_KEY_FILE_TEST, live: config.RELEASE_KEY_FILE_LIVE });
  const signers = {
    test: signerOf(accounts.test, config.RELEASE_CHAIN_TEST, config.VERDICT_SIGNER_TEST),
    live: signerOf(accounts.live, config.RELEASE_CHAIN_LIVE, config.VERDICT_SIGNER_LIVE),
  };
  const dataSource = await createDataSource({
    url: config.RELEASER_DATABASE_URL,
    poolMax: 1,
    applicationName: 'groundtruth-releaser',
  });
  const records = new ReleaserRecords(new UnitOfWork(dataSource, clock));
  const releaser = new Releaser({ records, signers, clock, log });
  const loop = every(
    config.RELEASE_INTERVAL_MS,
    (signal) => releaser.pass(signal),
    (err) => log.error({ err }, 'a round of signing failed and will run again'),
  );
  let ended: Promise<void> | null = null;
  const stop = (): Promise<void> => (ended ??= loop.stop().finally(() => dataSource.destroy()));
  return {
    ready: {
      signers: { test: accounts.test.address, live: accounts.live.address },
      chains: { test: signers.test.chain, live: signers.live.chain },
      verdict_signers: { test: signers.test.verdict_signer, live: signers.live.verdict_signer },
    },
    stop,
  };
}

const signerOf = (account: LocalAccount, chain: ContractsAt | undefined, verdict_signer: Hex | undefined): Signer => ({
  account,
  chain: chain ?? null,
  verdict_signer: verdict_signer ?? null,
});

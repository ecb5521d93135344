import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import type { Chain, Mode } from '@groundtruth/sdk/protocol';
import type { Config } from './platform/config/index.js';
import { ensureLoginRole, urlOfRole } from './platform/database/login-role.js';
import { SupervisedProcess } from './platform/embedded/supervised-process.js';
import { projectRoot } from './platform/project-root.js';
import type { Log } from './platform/telemetry/index.js';

/** Made by a migration; may execute the functions granted to it, and nothing else. */
export const RELEASER_ROLE = 'releaser';

type ContractsAt = Pick<Chain, 'mode' | 'chain_id' | 'escrow' | 'distributor'>;

/** The process that holds the release keys, run by this one as a child. */
export interface Releaser {
  /** Null while it is being started again. */
  readonly pid: () => number | null;
  stop(): Promise<void>;
}

interface ReleaserParts {
  readonly config: Pick<Config, 'LOG_LEVEL' | 'SHUTDOWN_GRACE_MS'>;
  readonly log: Log;
  /** Files with 64 hex digits. Only the releaser reads them. */
  readonly key_files: Readonly<Record<Mode, string>>;
  /** The only contracts it signs for in each mode; null: it signs nothing in that mode. */
  readonly chains: Readonly<Record<Mode, ContractsAt | null>>;
  /** Addresses whose verdicts accept: what no verdict of theirs accepted is not paid, whatever the tables say. */
  readonly verdict_signers: Readonly<Record<Mode, string>>;
  /** As the role `releaser`. */
  readonly database_url: string;
}

/** Starts the releaser. It gets its own few variables and nothing of this process's environment: no database owner, no other key. */
export function startReleaserProcess(parts: ReleaserParts): Releaser {
  const { config, log, key_files, chains, verdict_signers, database_url } = parts;
  const { test, live } = chains;
  const env: Record<string, string> = {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    RELEASER_DATABASE_URL: database_url,
    RELEASE_KEY_FILE_TEST: key_files.test,
    RELEASE_KEY_FILE_LIVE: key_files.live,
    ...(test ? { RELEASE_CHAIN_TEST: contractsAt(test) } : {}),
    ...(live ? { RELEASE_CHAIN_LIVE: contractsAt(live) } : {}),
    VERDICT_SIGNER_TEST: verdict_signers.test,
    VERDICT_SIGNER_LIVE: verdict_signers.live,
    ENDS_WITH_STDIN: '1',
    LOG_LEVEL: config.LOG_LEVEL,
  };
  const child = new SupervisedProcess({
    program: join(projectRoot(), 'dist', 'workers', 'releaser', 'main.js'),
    env,
    grace_ms: config.SHUTDOWN_GRACE_MS,
    now: () => performance.now(),
    on_line: (line) => log.info({ part: 'releaser', line }),
    on_exit: (ended) => log.error({ ...ended }, 'the releaser ended and is started again'),
  });
  return { pid: () => child.pid, stop: () => child.stop() };
}

/** Sets the password of the releaser's role. At every start; repeatable. */
export async function ensureReleaserRole(dataSource: DataSource, password: string): Promise<void> {
  await ensureLoginRole(dataSource, RELEASER_ROLE, password);
}

/** The database `url` of the app as the releaser reaches it. */
export const releaserUrl = (url: string, password: string): string => urlOfRole(url, RELEASER_ROLE, password);

const contractsAt = ({ mode, chain_id, escrow, distributor }: ContractsAt): string =>
  JSON.stringify({ mode, chain_id, escrow, distributor });

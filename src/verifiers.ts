import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Keyring } from './keyring.js';
import type { Config } from './platform/config/index.js';
import { SupervisedProcess } from './platform/embedded/supervised-process.js';
import { findProgram } from './platform/find-program.js';
import { projectRoot } from './platform/project-root.js';
import type { Log } from './platform/telemetry/index.js';

/** The verification workers this process runs as children. */
export interface Verifiers {
  readonly pids: () => number[];
  stop(): Promise<void>;
}

interface VerifierParts {
  readonly config: Config;
  readonly log: Log;
  readonly keyring: Keyring;
  /** As the role `verifier`. */
  readonly database_url: string;
  readonly dataDir: string;
}

/** Starts the workers. Each gets its own few variables and nothing of this process's environment: no database owner, no other key. */
export function startVerifiers({ config, log, keyring, database_url, dataDir }: VerifierParts): Verifiers {
  const env: Record<string, string> = {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    VERIFIER_DATABASE_URL: database_url,
    VERDICT_KEY_FILE_TEST: keyring.verdict_key_files.test,
    VERDICT_KEY_FILE_LIVE: keyring.verdict_key_files.live,
    MODELS_DIR: join(dataDir, 'models'),
    ENDS_WITH_STDIN: '1',
    DECODER_HIDES: ['postgres', 'storage']
      .map((folder) => join(dataDir, folder))
      .filter((folder) => existsSync(folder))
      .join(':'),
    VERIFIER_CONCURRENCY: String(config.VERIFIER_CONCURRENCY),
    LOG_LEVEL: config.LOG_LEVEL,
    DEVICE_ROOT_TEST: keyring.authorities.of('test').rootPem,
    DEVICE_ROOT_LIVE: keyring.authorities.of('live').rootPem,
    C2PA_TRUST_FILES: config.C2PA_TRUST_FILES.map((file) => resolve(file)).join(','),
    SECOND_DETECTOR: config.SECOND_DETECTOR,
    ...(config.OPEN_VOCABULARY_CARD ? { OPEN_VOCABULARY_CARD: resolve(config.OPEN_VOCABULARY_CARD) } : {}),
    FFMPEG_PATH: findProgram('ffmpeg', config.FFMPEG_PATH) ?? '',
    ...(config.REDIS_URL ? { REDIS_URL: config.REDIS_URL } : {}),
  };
  const program = join(projectRoot(), 'dist', 'workers', 'verifier', 'main.js');
  const children = Array.from(
    { length: config.VERIFIERS },
    () =>
      new SupervisedProcess({
        program,
        env,
        grace_ms: config.SHUTDOWN_GRACE_MS,
        now: () => performance.now(),
        on_line: (line) => log.info({ part: 'verifier', line }),
        on_exit: (ended) => log.error({ ...ended }, 'a verifier ended and is started again'),
      }),
  );
  return {
    pids: () => children.flatMap((child) => child.pid ?? []),
    stop: async () => void (await Promise.all(children.map((child) => child.stop()))),
  };
}

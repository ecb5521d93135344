/**
 * The releaser process: the only holder of the release keys. It opens no media and listens on no port; what it signs it has worked out
 * again from the tables. Prints one JSON line when it signs; on SIGTERM or SIGINT it finishes the row it has in hand.
 */
import process from 'node:process';
import { createLogger } from '../../src/platform/telemetry/index.js';
import { SystemClock } from '../../src/platform/time.js';
import { readReleaserConfig } from './config.js';
import { startReleaser } from './start.js';

async function main(): Promise<void> {
  const config = readReleaserConfig(process.env);
  const log = createLogger({ level: config.LOG_LEVEL, process: 'releaser' });
  const releaser = await startReleaser(config, { clock: new SystemClock(), log });
  const end = (signal: string): void => {
    log.info({ signal }, 'stopping');
    releaser.stop().then(() => process.exit(0), refuse);
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  process.stdout.on('error', () => undefined); // Nobody listens any more; standard input tells it better.
  if (config.ENDS_WITH_STDIN) process.stdin.once('end', () => end('parent gone')).resume();
  process.stdout.write(`${JSON.stringify({ ready: 'releaser', pid: process.pid, ...releaser.ready })}\n`);
}

function refuse(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

await main().catch(refuse);

/**
 * The verifier process: holds the verdict keys, decides, signs. It parses no media: its decoders do. Prints one JSON line when it
 * takes jobs; on SIGTERM or SIGINT it finishes what it has in hand. Killed in the middle, its job comes back to another verifier.
 */
import process from 'node:process';
import { projectRoot } from '../../src/platform/project-root.js';
import { createLogger } from '../../src/platform/telemetry/index.js';
import { MovableClock } from '../../src/platform/movable-clock.js';
import { readVerifierConfig } from './config.js';
import { startVerifier } from './verifier.js';

async function main(): Promise<void> {
  const config = readVerifierConfig(process.env);
  const log = createLogger({ level: config.LOG_LEVEL, process: 'verifier' });
  const decoder = { package_root: projectRoot() };
  const verifier = await startVerifier(config, { clock: new MovableClock(), log, decoder });
  const end = (signal: string): void => {
    log.info({ signal }, 'stopping');
    verifier.stop().then(() => process.exit(0), refuse);
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  process.stdout.on('error', () => undefined); // Nobody listens any more; standard input tells it better.
  if (config.ENDS_WITH_STDIN) process.stdin.once('end', () => end('parent gone')).resume();
  process.stdout.write(`${JSON.stringify({ ready: 'verifier', pid: process.pid, ...verifier.ready })}\n`);
}

function refuse(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

await main().catch(refuse);

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { freePort } from '../../src/platform/embedded/port.js';
import { preparePostgresHome } from '../../src/platform/embedded/postgres-home.js';
import { startPostgres, stopPostgres } from '../../src/platform/embedded/postgres.js';
import { findPostmaster } from '../../src/platform/embedded/postmaster.js';
import { projectRoot } from '../../src/platform/project-root.js';
import { sleep } from '../../src/platform/time.js';
import type { Target } from './plan.js';
import { childRunning, isRunning, type ProcessSeen } from './processes.js';

const UP_MS_MAX = 60_000;
const POLL_MS = 50;

/** The market as a process of its own, to be killed without warning and started again on the same data and port. */
export class ChildMarket {
  private child: ChildProcess | null = null;
  /** Processes whose parent was killed: they must end by themselves. */
  private bereaved: ProcessSeen[] = [];

  private constructor(
    private readonly dataDir: string,
    private readonly port: number,
  ) {}

  static async start(dataDir: string): Promise<ChildMarket> {
    const market = new ChildMarket(resolve(dataDir), await freePort());
    market.spawnApi();
    await market.becomesReady();
    return market;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async operatorKey(): Promise<string> {
    return (await readFile(join(this.dataDir, 'keys', 'operator-test.key'), 'utf8')).trim();
  }

  /**
   * Kills one part with SIGKILL and brings back what nobody else would: the api starts a verifier again, and that its decoder.
   * After Postgres the api is started anew too, unless it is to find the new server by itself.
   */
  async kill(target: Target, api_stays: boolean): Promise<void> {
    if (target === 'verifier' || target === 'decoder') return this.killWorker(target);
    if (target === 'postgres') await this.killPostgres();
    if (target === 'postgres' && api_stays) return this.becomesReady();
    await this.killApi();
    this.spawnApi();
    await this.becomesReady();
  }

  /** How many processes still run although the one they belonged to was killed `ms_max` ago. Asks once for each. */
  async orphans(ms_max: number): Promise<number> {
    let left = this.bereaved.splice(0);
    for (let waited_ms = 0; left.length > 0 && waited_ms < ms_max; waited_ms += POLL_MS) {
      const running = await Promise.all(left.map(isRunning));
      left = left.filter((_, i) => running[i]);
      if (left.length > 0) await sleep(POLL_MS);
    }
    return left.length;
  }

  async stop(): Promise<void> {
    if (this.child && this.child.exitCode === null && this.child.signalCode === null) {
      const ended = once(this.child, 'exit');
      this.child.kill('SIGTERM');
      await ended;
    }
    await stopPostgres(join(this.dataDir, 'postgres'));
  }

  private async killApi(): Promise<void> {
    const verifier = await this.verifier();
    const decoder = verifier && (await decoderOf(verifier));
    this.bereaved.push(...[verifier, decoder].filter((seen) => seen !== null));
    const ended = once(this.child!, 'exit');
    this.child!.kill('SIGKILL');
    await ended;
  }

  /** The api may just be starting one; a kill that hits nothing would not count. */
  private async killWorker(target: 'verifier' | 'decoder'): Promise<void> {
    const [verifier, decoder] = await waitedFor(async () => {
      const verifier = await this.verifier();
      const decoder = verifier && (await decoderOf(verifier));
      return verifier && (decoder || target === 'verifier') ? ([verifier, decoder] as const) : null;
    }, `there is no ${target}`);
    if (target === 'verifier' && decoder) this.bereaved.push(decoder);
    process.kill(target === 'verifier' ? verifier.pid : decoder!.pid, 'SIGKILL');
  }

  /** The embedded server is the api's to start; when the api lives on, whoever keeps the machine starts it. */
  private async killPostgres(): Promise<void> {
    const dataDir = join(this.dataDir, 'postgres');
    const { cluster } = await preparePostgresHome(dataDir);
    const { pid, port } = await waitedFor(() => findPostmaster(cluster), 'there is no Postgres');
    process.kill(pid, 'SIGKILL');
    await startPostgres({ dataDir, port });
  }

  private spawnApi(): void {
    const env = {
      PATH: process.env.PATH ?? '',
      DATA_DIR: this.dataDir,
      EMBEDDED_CHAIN: 'off',
      EMBEDDED_STRIPE: 'off',
      PORT: String(this.port),
      LOG_LEVEL: 'fatal',
      RATE_LIMIT_PER_MINUTE: '0',
      RATE_LIMIT_ADDRESS_PER_MINUTE: '0',
      SWEEP_INTERVAL_MS: '250',
      VERIFICATION_TIMEOUT_S: '5',
      VERIFIERS: '1',
    };
    const program = join(projectRoot(), 'dist/src/main.js');
    this.child = spawn(process.execPath, [program], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  }

  private async becomesReady(): Promise<void> {
    const ready = async (): Promise<true | null> => {
      const { exitCode } = this.child!;
      if (exitCode !== null) throw new Error(`the api ended with ${exitCode} by itself`);
      try {
        return (await fetch(`${this.baseUrl}/readyz`)).ok || null;
      } catch {
        return null; // Not listening yet, which is what is asked.
      }
    };
    await waitedFor(ready, 'the api does not become ready');
  }

  private verifier(): Promise<ProcessSeen | null> {
    return childRunning('/workers/verifier/main.js', this.child!.pid!);
  }
}

function decoderOf({ pid }: ProcessSeen): Promise<ProcessSeen | null> {
  return childRunning('/workers/verifier/decoder.js', pid);
}

async function waitedFor<T>(look: () => Promise<T | null>, otherwise: string): Promise<T> {
  for (let waited_ms = 0; waited_ms < UP_MS_MAX; waited_ms += POLL_MS) {
    const found = await look();
    if (found !== null) return found;
    await sleep(POLL_MS);
  }
  throw new Error(`${otherwise} after ${UP_MS_MAX} ms`);
}

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { freePort } from '../../src/platform/embedded/port.js';
import { stopPostgres } from '../../src/platform/embedded/postgres.js';
import { projectRoot } from '../../src/platform/project-root.js';
import { sleep } from '../../src/platform/time.js';

export const TARGETS = ['api', 'verifier', 'postgres'] as const;
export type Target = (typeof TARGETS)[number];

const UP_MS_MAX = 60_000;
const POLL_MS = 50;

/** The market as a process of its own, to be killed without warning and started again on the same data and port. */
export class ChildMarket {
  private child: ChildProcess | null = null;

  private constructor(
    private readonly dataDir: string,
    private readonly port: number,
  ) {}

  static async start(dataDir: string): Promise<ChildMarket> {
    const market = new ChildMarket(resolve(dataDir), await freePort());
    await market.up();
    return market;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async operatorKey(): Promise<string> {
    return (await readFile(join(this.dataDir, 'keys', 'operator-test.key'), 'utf8')).trim();
  }

  /** Kills one part with SIGKILL and brings back what nobody else would: a verifier is started again by the api itself. */
  async kill(target: Target): Promise<void> {
    const pid =
      target === 'api'
        ? this.child!.pid!
        : target === 'verifier'
          ? await this.verifierPid()
          : await this.postmasterPid();
    const ended = target === 'api' ? once(this.child!, 'exit') : null;
    process.kill(pid, 'SIGKILL');
    await ended;
    if (target === 'postgres') await this.replaceApi();
    if (target !== 'verifier') await this.up();
  }

  async stop(): Promise<void> {
    if (this.child && this.child.exitCode === null) {
      const ended = once(this.child, 'exit');
      this.child.kill('SIGTERM');
      await ended;
    }
    await stopPostgres(join(this.dataDir, 'postgres'));
  }

  /** The embedded server is the api's: without it the api is started anew, as an operator would. */
  private async replaceApi(): Promise<void> {
    const ended = once(this.child!, 'exit');
    this.child!.kill('SIGKILL');
    await ended;
  }

  private async up(): Promise<void> {
    const env = {
      PATH: process.env.PATH ?? '',
      DATA_DIR: this.dataDir,
      PORT: String(this.port),
      LOG_LEVEL: 'fatal',
      RATE_LIMIT_PER_MINUTE: '0',
      RATE_LIMIT_ADDRESS_PER_MINUTE: '0',
      SWEEP_INTERVAL_MS: '250',
      VERIFICATION_TIMEOUT_S: '5',
    };
    this.child = spawn(process.execPath, [join(projectRoot(), 'dist/src/main.js')], {
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    for (let waited_ms = 0; waited_ms < UP_MS_MAX; waited_ms += POLL_MS) {
      if (await this.ready()) return;
      if (this.child.exitCode !== null) throw new Error(`the api ended with ${this.child.exitCode} at its start`);
      await sleep(POLL_MS);
    }
    throw new Error('the api does not become ready');
  }

  private async ready(): Promise<boolean> {
    try {
      return (await fetch(`${this.baseUrl}/readyz`)).ok;
    } catch {
      return false; // Not listening yet, which is what is asked.
    }
  }

  /** Linux only: the verifier among the children of the api; waits while the api is just starting one. */
  private async verifierPid(): Promise<number> {
    for (let waited_ms = 0; waited_ms < UP_MS_MAX; waited_ms += POLL_MS) {
      const pid = await this.runningVerifier();
      if (pid !== null) return pid;
      await sleep(POLL_MS);
    }
    throw new Error('the api starts no verifier');
  }

  private async runningVerifier(): Promise<number | null> {
    const { pid } = this.child!;
    const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ').filter(Boolean);
    for (const child of children) {
      if ((await readFile(`/proc/${child}/cmdline`, 'utf8')).includes('verifier/main.js')) return Number(child);
    }
    return null;
  }

  private async postmasterPid(): Promise<number> {
    const text = await readFile(join(this.dataDir, 'postgres', 'cluster', 'postmaster.pid'), 'utf8');
    return Number(text.split('\n')[0]);
  }
}

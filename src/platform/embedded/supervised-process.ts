import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { sleep } from '../time.js';

const RESTART_MS = 500;
const RESTART_MS_MAX = 30_000;
/** A child that ran this long was well; its next failure starts from the shortest wait again. */
const HEALTHY_MS = 60_000;

export interface SupervisedOptions {
  /** Path of the program, run by this process's own Node. */
  readonly program: string;
  /** The child's whole environment: it inherits nothing. */
  readonly env: Readonly<Record<string, string>>;
  /** How long a stop may take before the child is killed, in milliseconds. */
  readonly grace_ms: number;
  /** Told of each line the child writes to its standard output. */
  readonly on_line: (line: string) => void;
  /** Told when the child ended without being asked. */
  readonly on_exit: (facts: { code: number | null; signal: string | null }) => void;
  readonly now: () => number;
}

/**
 * A child process that is started again when it dies, with growing pauses. Its standard input is a pipe nobody writes to: when we are
 * killed it closes, and the child knows that it is alone.
 */
export class SupervisedProcess {
  private child: ChildProcess | null = null;
  private readonly ending = new AbortController();
  private readonly loop: Promise<void>;

  constructor(private readonly options: SupervisedOptions) {
    this.loop = this.run();
  }

  get pid(): number | null {
    return this.child?.pid ?? null;
  }

  /** Asks the child to finish what it has in hand, and kills it when that takes too long. Repeatable. */
  async stop(): Promise<void> {
    this.ending.abort();
    this.child?.kill('SIGTERM');
    const cut = setTimeout(() => this.child?.kill('SIGKILL'), this.options.grace_ms);
    await this.loop;
    clearTimeout(cut);
  }

  private async run(): Promise<void> {
    for (let failures = 0; !this.ending.signal.aborted; failures++) {
      const started = this.options.now();
      const ended = await this.runOnce();
      if (this.ending.signal.aborted) return;
      this.options.on_exit(ended);
      if (this.options.now() - started > HEALTHY_MS) failures = 0;
      await sleep(Math.min(RESTART_MS * 2 ** failures, RESTART_MS_MAX), this.ending.signal);
    }
  }

  private async runOnce(): Promise<{ code: number | null; signal: string | null }> {
    const child = spawn(process.execPath, ['--enable-source-maps', this.options.program], {
      env: { ...this.options.env },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.child = child;
    createInterface({ input: child.stdout }).on('line', this.options.on_line);
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    this.child = null;
    return { code, signal };
  }
}

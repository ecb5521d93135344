import type { Config } from '../config/index.js';

export type CheckState = 'ok' | 'failed';

/** What must answer before this process can serve: parts register themselves, `/readyz` asks. */
export class Readiness {
  private readonly checks = new Map<string, () => Promise<unknown>>();
  private stopping = false;
  private running: Promise<Record<string, CheckState>> | null = null;

  constructor(private readonly config: Pick<Config, 'READY_CHECK_TIMEOUT_MS'>) {}

  /** Adds a check; it fails by throwing or by taking longer than `READY_CHECK_TIMEOUT_MS`. Names are ours and are shown to callers. */
  add(name: string, check: () => Promise<unknown>): void {
    this.checks.set(name, check);
  }

  /** From now on not ready, so that a balancer sends nothing new. */
  stop(): void {
    this.stopping = true;
  }

  /** State of every check by name. Callers at the same time share one run, so that probing costs the parts little. */
  async ask(): Promise<Readonly<Record<string, CheckState>>> {
    this.running ??= this.run().finally(() => (this.running = null));
    return { ...(await this.running), ...(this.stopping && { process: 'failed' as const }) };
  }

  private async run(): Promise<Record<string, CheckState>> {
    const states = [...this.checks].map(async ([name, check]) => [name, await this.stateOf(check)] as const);
    return Object.fromEntries(await Promise.all(states));
  }

  private async stateOf(check: () => Promise<unknown>): Promise<CheckState> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<CheckState>((resolve) => {
      timer = setTimeout(() => resolve('failed'), this.config.READY_CHECK_TIMEOUT_MS);
    });
    const asked = Promise.resolve()
      .then(check)
      .then(
        (): CheckState => 'ok',
        (): CheckState => 'failed',
      ); // Why it failed is logged by the part itself when it is used.
    return Promise.race([asked, late]).finally(() => clearTimeout(timer));
  }
}

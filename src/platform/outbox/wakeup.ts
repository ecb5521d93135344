import { sleep } from '../time.js';

/** Lets one loop wait until somebody wakes it or a time is over. A call that comes while nobody waits is remembered. */
export class Wakeup {
  private waiting: AbortController | null = null;
  private called = false;

  call(): void {
    this.called = true;
    this.waiting?.abort();
  }

  /** Resolves at the next (or the remembered) call, or after `ms`. */
  async wait(ms: number): Promise<void> {
    if (!this.called) {
      this.waiting = new AbortController();
      await sleep(ms, this.waiting.signal);
      this.waiting = null;
    }
    this.called = false;
  }
}

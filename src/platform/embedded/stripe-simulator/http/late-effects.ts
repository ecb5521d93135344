import { seconds, type Clock } from '../../../../kernel/clock.js';
import type { Answer, Request } from './exchange.js';
import { keyOf } from './idempotency.js';

/** Requests whose callers heard a 500 while something behind it went on. In memory: a restart ends them without effect. */
export class LateEffects {
  private waiting: { readonly due_at: number; readonly finish: () => void }[] = [];

  constructor(
    private readonly clock: Clock,
    /** Keys of requests that are being served. */
    private readonly busy: Set<string>,
    private readonly serve: (request: Request) => Answer,
  ) {}

  /** Serves it `after_s` from now; until then its key is in use. */
  goOn(request: Request, after_s: number): void {
    const key = keyOf(request);
    if (key) this.busy.add(key);
    this.later(after_s, () => {
      if (key) this.busy.delete(key);
      this.serve(request);
    });
  }

  /** The same under no key: what is kept under its own stays. */
  goOnWithoutKey(request: Request, after_s: number): void {
    const { 'idempotency-key': _key, ...headers } = request.headers;
    this.later(after_s, () => this.serve({ ...request, headers }));
  }

  /** Does what is due. Repeatable. */
  tick(): void {
    const now = this.clock.now();
    const due = this.waiting.filter(({ due_at }) => due_at <= now);
    this.waiting = this.waiting.filter(({ due_at }) => due_at > now);
    for (const { finish } of due) finish();
  }

  private later(after_s: number, finish: () => void): void {
    this.waiting.push({ due_at: this.clock.now() + seconds(after_s), finish });
  }
}

import type { Journal } from '../state/journal.js';
import type { Delivery, ThinEvent } from '../state/tables.js';
import { transact } from '../state/transact.js';
import { newId, now_s, type World } from '../state/world.js';
import { nextAttempt } from './schedule.js';
import { signature } from './signature.js';

/** What a receiver gets. */
export interface SignedEvent {
  readonly body: string;
  readonly signature: string;
}

/** Sends a signed event; resolves to the receiver's status, or 0 when nobody answered. */
export type Post = (url: string, event: SignedEvent) => Promise<number>;

/** How to deliver what waits; by default all that is due, oldest first, once. */
export interface DeliveryOrder {
  /** Picks, orders, repeats or leaves out. What it leaves out goes on waiting. Default: what is due now. */
  readonly arrange?: (waiting: readonly Delivery[]) => readonly Delivery[];
}

/** Deliveries of events to one address. */
export class Webhooks {
  constructor(
    private readonly world: World,
    private readonly journal: Journal,
    private readonly post: Post,
    readonly secret: string,
    private url: string | null,
  ) {}

  /** From now on events go to `url`; null: they wait. */
  listen(url: string | null): void {
    this.url = url;
  }

  /** Not delivered yet, oldest event first, due or not. */
  waiting(): Delivery[] {
    return this.world.store.all('deliveries');
  }

  /** Delivered, lost and given up, in the order in which they ended. */
  finished(): Delivery[] {
    return this.world.store.all('finished_deliveries');
  }

  /** Sends one after the other; returns each attempt with its status. Nothing is sent while there is no address. */
  async deliver({ arrange = this.due.bind(this) }: DeliveryOrder = {}): Promise<readonly Delivery[]> {
    const sent: Delivery[] = [];
    for (const delivery of this.url === null ? [] : arrange(this.waiting())) sent.push(await this.attempt(delivery));
    return sent;
  }

  /** Sends an event once more, whatever became of it before. */
  redeliver(event: string): void {
    const former = [...this.waiting(), ...this.finished()].find((row) => row.event === event);
    if (!former) throw new Error(`no event ${event}`);
    const id = this.change(() => newId(this.world, 'whd'));
    const again = {
      ...former,
      id,
      state: 'waiting',
      attempts: 0,
      last_status: null,
      next_at: this.world.clock.now(),
    } as const;
    this.change(() => this.world.store.put('deliveries', id, again));
  }

  /** The event is never delivered. */
  lose(event: string): void {
    for (const row of this.waiting()) if (row.event === event) this.finish({ ...row, state: 'lost' });
  }

  /** The event is not sent by itself for `ms` milliseconds. */
  delay(event: string, ms: number): void {
    const next_at = this.world.clock.now() + ms;
    for (const row of this.waiting()) {
      if (row.event === event) this.change(() => this.world.store.put('deliveries', row.id, { ...row, next_at }));
    }
  }

  /** An event as it would be sent now. Another secret makes a forgery. */
  signed(event: string, secret = this.secret): SignedEvent {
    const { store } = this.world;
    const full = store.get('events', event) ?? thin(store.must('thin_events', event));
    const body = JSON.stringify(full, null, 2);
    return { body, signature: signature(body, secret, now_s(this.world)) };
  }

  due(waiting: readonly Delivery[]): Delivery[] {
    return waiting.filter((row) => row.next_at <= this.world.clock.now());
  }

  private async attempt(delivery: Delivery): Promise<Delivery> {
    const last_status = this.url === null ? 0 : await this.post(this.url, this.signed(delivery.event));
    const tried = { ...delivery, attempts: delivery.attempts + 1, last_status };
    if (last_status >= 200 && last_status < 300) return this.finish({ ...tried, state: 'delivered' });
    const next_at = nextAttempt(tried.attempts, this.createdAt(delivery.event), this.world.clock.now());
    if (next_at === null) return this.finish({ ...tried, state: 'given_up' });
    if (!this.world.store.get('deliveries', delivery.id)) return tried;
    return this.change(() => this.world.store.put('deliveries', delivery.id, { ...tried, next_at }));
  }

  private finish(delivery: Delivery): Delivery {
    return this.change(() => {
      this.world.store.remove('deliveries', delivery.id);
      return this.world.store.put('finished_deliveries', delivery.id, delivery);
    });
  }

  private createdAt(event: string): number {
    const snapshot = this.world.store.get('events', event);
    return snapshot ? snapshot.created * 1000 : Date.parse(this.world.store.must('thin_events', event).created);
  }

  private change<T>(work: () => T): T {
    return transact(this.world, this.journal, null, work);
  }
}

/** A notification names what changed; its data are fetched. */
function thin({ data: _, ...notification }: ThinEvent): object {
  return notification;
}

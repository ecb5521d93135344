import { Client, type ClientConfig } from 'pg';
import { assert } from '../../kernel/assert.js';
import type { Clock, Instant } from '../../kernel/clock.js';
import { columnTypes, NO_WAIT_FOR_DISK } from '../database/index.js';
import { sleep, withLimit } from '../time.js';
import { claimDue, nextDueAt, type Outcome, type OutboxRow, record } from './batch.js';
import { OUTBOX_CHANNEL, type OutboxEvent } from './outbox.js';
import { Wakeup } from './wakeup.js';

const BATCH_ROWS_MAX = 64;
/** Rows handled at a time. Those about one bounty are handled one after another, so that what is told of it is told in order. */
const CONCURRENCY = 8;
/** Finds what no notification told, e.g. rows committed while the connection was down. */
const POLL_MS = 1_000;
const CONNECT_MS_MAX = 5_000;
const ANSWER_MS_MAX = 35_000;
const BACKOFF_MS = 200;
const BACKOFF_MS_MAX = 5 * 60_000;
/** A handler that takes longer counts as failed and its row as due again, so one stuck call does not hold up the rest for good. */
const HANDLER_MS_MAX = 60_000;
const ERROR_CHARS_MAX = 1_000;

/** Must be idempotent: it is called again after a crash, and when another handler of the same row failed. `id` is the same each time. */
export type OutboxHandler = (event: OutboxEvent, id: string) => Promise<void>;

export interface RelayOptions {
  /** Database url; the relay keeps one connection of its own. */
  readonly url: string;
  readonly clock: Clock;
  /** Told of every failed dispatch (also kept in the row) and of every lost connection. */
  readonly on_error: (error: unknown, row: OutboxRow | null) => void;
}

/**
 * Dispatches committed outbox rows to their handlers, each at least once, within milliseconds of the commit. Any number of relays may
 * run: a row is locked while one has it, and a crash frees it. Every relay must know every type: a row without a handler counts as failed
 * and is tried again, so that a release in progress loses nothing.
 */
export class OutboxRelay {
  private readonly handlers = new Map<string, OutboxHandler[]>();
  private readonly wakeup = new Wakeup();
  private readonly ending = new AbortController();
  private client: Client | null = null;
  private loop: Promise<void> | null = null;

  constructor(private readonly options: RelayOptions) {}

  /** Adds a handler; a type may have several, and a row is sent when all of them have succeeded. Register before `start`. */
  on(type: string, handler: OutboxHandler): void {
    this.handlers.set(type, [...(this.handlers.get(type) ?? []), handler]);
  }

  start(): void {
    assert(this.loop === null, 'the relay was started twice');
    this.loop = this.run();
  }

  /** Looks for rows now. Only a wake-up: commits already notify. */
  kick(): void {
    this.wakeup.call();
  }

  /** Finishes the batch in progress and closes the connection. Repeatable. */
  async stop(): Promise<void> {
    this.ending.abort();
    this.wakeup.call();
    await this.loop;
    await this.disconnect();
  }

  /** Dispatches what is due now, without `start`; returns the number of rows tried. For simulations that own the clock. */
  async drain(): Promise<number> {
    assert(this.loop === null, 'a started relay drains by itself');
    return this.dispatchDue(await this.connection());
  }

  private async run(): Promise<void> {
    for (let failures = 0; !this.ending.signal.aborted;) {
      try {
        const client = await this.connection();
        await this.dispatchDue(client);
        await this.wakeup.wait(this.untilNext(await nextDueAt(client)));
        failures = 0;
      } catch (error) {
        this.options.on_error(error, null);
        await this.disconnect();
        await sleep(backoff(failures++), this.ending.signal);
      }
    }
  }

  private untilNext(due: Instant | null): number {
    return due === null ? POLL_MS : Math.max(0, Math.min(POLL_MS, due - this.options.clock.now()));
  }

  private async dispatchDue(client: Client): Promise<number> {
    let tried = 0;
    for (let claimed = BATCH_ROWS_MAX; claimed === BATCH_ROWS_MAX && !this.ending.signal.aborted; tried += claimed) {
      claimed = await this.dispatchBatch(client);
    }
    return tried;
  }

  /** The rows stay locked until their outcome is committed with them; a crash before that leaves them due. */
  private async dispatchBatch(client: Client): Promise<number> {
    await client.query('BEGIN');
    const rows = await claimDue(client, this.options.clock.now(), BATCH_ROWS_MAX);
    const outcomes = await inOrder(bySubject(rows), CONCURRENCY, (row) => this.dispatch(row));
    await record(client, this.options.clock.now(), outcomes);
    await client.query('COMMIT');
    return rows.length;
  }

  private async dispatch(row: OutboxRow): Promise<Outcome> {
    try {
      const handlers = this.handlers.get(row.event.type);
      assert(handlers !== undefined, `no handler for outbox events of type ${row.event.type}`);
      for (const handle of handlers)
        await withLimit(HANDLER_MS_MAX, 'the handler did not end', handle(row.event, row.id));
      return { id: row.id, error: null };
    } catch (error) {
      this.options.on_error(error, row);
      const retry_at = this.options.clock.now() + backoff(row.attempts);
      return { id: row.id, error: String(error).slice(0, ERROR_CHARS_MAX), retry_at };
    }
  }

  private async connection(): Promise<Client> {
    if (this.client !== null) return this.client;
    const client = new Client({
      connectionString: this.options.url,
      application_name: 'groundtruth-outbox',
      connectionTimeoutMillis: CONNECT_MS_MAX,
      query_timeout: ANSWER_MS_MAX,
      keepAlive: true,
      types: columnTypes,
      options: NO_WAIT_FOR_DISK, // A row whose mark is lost is sent again, and what its handlers did was committed before the mark.
    } as ClientConfig);
    client.on('error', () => {
      if (this.client === client) this.client = null;
      this.wakeup.call();
    });
    client.on('notification', () => this.wakeup.call());
    await client.connect();
    await client.query(`LISTEN ${OUTBOX_CHANNEL}`);
    this.client = client;
    return client;
  }

  private async disconnect(): Promise<void> {
    const client = this.client;
    this.client = null;
    await client?.end();
  }
}

/** Full jitter, so that rows that failed together do not come back together. */
function backoff(failures: number): number {
  return Math.ceil((0.5 + Math.random() / 2) * Math.min(BACKOFF_MS_MAX, BACKOFF_MS * 2 ** failures));
}

/** Rows about one bounty together; a row that names none is alone. */
function bySubject(rows: readonly OutboxRow[]): OutboxRow[][] {
  const groups = new Map<string, OutboxRow[]>();
  for (const row of rows) {
    const subject = String(row.event.bounty_id ?? row.id);
    groups.set(subject, [...(groups.get(subject) ?? []), row]);
  }
  return [...groups.values()];
}

/** Works on at most `width` groups at a time, started in their order; the items of one group follow each other. */
async function inOrder<T, R>(
  groups: readonly (readonly T[])[],
  width: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const waiting = groups.values();
  const lane = async (): Promise<void> => {
    for (const group of waiting) for (const item of group) results.push(await work(item));
  };
  await Promise.all(Array.from({ length: Math.min(width, groups.length) }, lane));
  return results;
}

import type { GroundtruthEvent, Page } from '../protocol/index.js';
import { eachItem, PAGE_ITEMS, type CallOptions, type Transport } from '../http/index.js';

/** Pause between two looks for new events, in milliseconds. */
const LOOK_MS = 1_000;

export interface FollowOptions {
  /** Where to go on: a cursor that `onCursor` was given. Left out: from the first event there is. */
  readonly cursor?: string;
  /** Called once everything before the cursor has been handed over. Store it and pass it as `cursor` after a restart. */
  readonly onCursor?: (cursor: string) => void | Promise<void>;
  /** Pause between two looks when nothing is new, in milliseconds; 1,000 when left out. */
  readonly look_ms?: number;
  readonly signal?: AbortSignal;
}

/** What happened to what is yours, oldest first. Payloads carry ids; fetch the resource for more. */
export class Events {
  constructor(private readonly transport: Transport) {}

  /**
   * Everything up to now. Pages are fetched as they are used.
   *
   * @example
   * for await (const { type, resource_id } of groundtruth.events.list()) console.log(type, resource_id);
   */
  list({ signal }: Pick<CallOptions, 'signal'> = {}): AsyncIterable<GroundtruthEvent> {
    return eachItem((cursor) => this.page(cursor, signal));
  }

  /**
   * Everything up to now and from now on, until the signal. After a restart from a stored cursor the events of one page may come
   * again, so keep their ids; none is ever left out.
   *
   * @example
   * for await (const event of groundtruth.events.follow({ signal })) if (event.type === 'capture.settled') break;
   * @throws {ProblemError} `invalid_request` for a cursor of another server; the signal's reason when it is aborted.
   */
  async *follow({ cursor, onCursor, look_ms = LOOK_MS, signal }: FollowOptions = {}): AsyncGenerator<
    GroundtruthEvent,
    void
  > {
    for (let at = cursor; ;) {
      const { data, has_more, next_cursor } = await this.page(at, signal);
      yield* data;
      if (next_cursor !== null && next_cursor !== at) {
        at = next_cursor;
        await onCursor?.(at);
      }
      if (!has_more) await this.transport.timing.sleep(look_ms, signal);
    }
  }

  private page(cursor: string | undefined, signal: AbortSignal | undefined): Promise<Page<GroundtruthEvent>> {
    return this.transport.call('list_events', { query: { limit: PAGE_ITEMS, cursor }, signal });
  }
}

import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { MODES, type Mode } from '@groundtruth/sdk/protocol';
import type { Principal } from '../../identity/index.js';
import { CONFIG, type Config } from '../../platform/config/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { OpenStreams } from '../../platform/http/index.js';
import { EVERYTHING, keyOf, type CardFilter } from '../observations/card.filter.js';
import { ObservationsRepository } from '../observations/observations.repository.js';
import { ReaderGroup, type Page } from './reader.group.js';
import { Entry } from './entry.js';
import { PushedReader, type Push } from './pushed.reader.js';
import { Tape } from './tape.js';

/** Rows of one question: about what is written to a socket at once. */
const PAGE_ROWS = 250;

interface Broadcast {
  tape: Tape;
  readonly groups: Map<string, ReaderGroup>;
  /** A round in progress; `again` asks for another one after it. */
  busy: boolean;
  again: boolean;
}

/**
 * Live readers of the feed. A reader is a place in it: nothing is kept for a reader but what its socket holds, and nothing is lost or repeated
 * when it comes back with `Last-Event-ID`. What is new is asked for once a mode, however many readers there are.
 */
@Injectable()
export class Streams {
  private readonly broadcasts: Readonly<Record<Mode, Broadcast>>;
  private readonly pushed = new Set<PushedReader>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly observations: ObservationsRepository,
    private readonly open: OpenStreams,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    const silent = () => ({ tape: this.tapeFrom(0n), groups: new Map(), busy: false, again: false });
    this.broadcasts = { test: silent(), live: silent() };
  }

  /** Streams cards after the observation `lastEventId`; from the beginning of the feed when there is none. */
  async start(reply: FastifyReply, caller: Principal, filter: CardFilter, lastEventId: string | null): Promise<void> {
    const { after, head } = await this.placeOf(caller, lastEventId);
    const broadcast = this.broadcasts[caller.mode];
    this.rewind(broadcast, head);
    const stream = this.open.open(reply);
    const key = keyOf(filter);
    const group = broadcast.groups.get(key) ?? this.groupOf(caller.mode, filter);
    broadcast.groups.set(key, group);
    group.join({ stream, viewer_id: caller.id, after, waiting: false });
    stream.onClose(() => {
      if (group.size === 0 && broadcast.groups.get(key) === group) broadcast.groups.delete(key);
    });
    this.advance(caller.mode);
  }

  /** Streams what a subscription buys, one after the other, after the observation `lastEventId`. */
  async startPushes(
    reply: FastifyReply,
    caller: Principal,
    filter: CardFilter,
    push: Push,
    lastEventId: string | null,
  ): Promise<void> {
    const { after } = await this.placeOf(caller, lastEventId);
    const rowsAfter = (place: bigint, limit: number) =>
      this.unitOfWork.run((tx) =>
        this.observations.list(tx, {
          mode: caller.mode,
          viewer_id: caller.id,
          filter,
          after: place,
          limit,
          as_of: null,
        }),
      );
    const reader = new PushedReader(this.open.open(reply), after, rowsAfter, push);
    this.pushed.add(reader);
    reader.stream.onClose(() => this.pushed.delete(reader));
    reader.wake();
  }

  /** Something was published: readers get what is new to them. Cheap and repeatable; nothing is asked where nobody reads. */
  wake(): void {
    for (const mode of MODES) this.advance(mode);
    for (const reader of this.pushed) reader.wake();
  }

  private advance(mode: Mode): void {
    const broadcast = this.broadcasts[mode];
    broadcast.again = true;
    if (broadcast.busy || broadcast.groups.size === 0) return;
    broadcast.busy = true;
    this.readOn(mode, broadcast).then(
      () => (broadcast.busy = false),
      () => {
        broadcast.busy = false;
        for (const group of broadcast.groups.values()) group.close(); // Readers come back with their last id.
      },
    );
  }

  private async readOn(mode: Mode, broadcast: Broadcast): Promise<void> {
    while (broadcast.again && broadcast.groups.size > 0) {
      broadcast.again = false;
      const { tape } = broadcast;
      const { entries, to } = await this.page(mode, EVERYTHING, tape.head);
      tape.append(entries, to);
      if (entries.length > 0) for (const group of broadcast.groups.values()) group.grown();
      if (entries.length === PAGE_ROWS) broadcast.again = true;
    }
  }

  /** While nobody read, the tape stood still: it begins anew at the end of the feed, and what lies before is in the database. */
  private rewind(broadcast: Broadcast, head: bigint): void {
    const idle = broadcast.groups.size === 0 && !broadcast.busy;
    if (idle && head > broadcast.tape.head) broadcast.tape = this.tapeFrom(head);
  }

  private groupOf(mode: Mode, filter: CardFilter): ReaderGroup {
    const { tape } = this.broadcasts[mode];
    return new ReaderGroup(filter, tape, this.config.STREAM_BYTES_MAX, (asked, after) => this.page(mode, asked, after));
  }

  private tapeFrom(place: bigint): Tape {
    return new Tape(place, this.config.STREAM_TAPE_MAX);
  }

  private async page(mode: Mode, filter: CardFilter, after: bigint): Promise<Page> {
    const query = { mode, filter, after, limit: PAGE_ROWS };
    const { rows, to } = await this.unitOfWork.run((tx) => this.observations.tape(tx, query));
    return { entries: rows.map((row) => new Entry(row)), to };
  }

  private async placeOf({ id, mode }: Principal, lastEventId: string | null): Promise<{ after: bigint; head: bigint }> {
    return this.unitOfWork.run(async (tx) => ({
      after: (lastEventId && (await this.observations.seqOf(tx, mode, lastEventId, id))) || 0n,
      head: await this.observations.head(tx, mode),
    }));
  }
}

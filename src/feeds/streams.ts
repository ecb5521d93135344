import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { UnitOfWork } from '../platform/database/index.js';
import { eventFrame, OpenStreams, type EventStream } from '../platform/http/index.js';
import type { QueryOf } from '../platform/http/serves.js';
import type { Principal } from '../identity/index.js';
import { FeedsService } from './feeds.service.js';
import { cardOf } from './observation.view.js';
import { ObservationsRepository } from './observations.repository.js';

const BATCH = 200;

interface Reader {
  readonly stream: EventStream;
  readonly caller: Principal;
  readonly query: QueryOf<'stream_observations'>;
  after: bigint;
  /** A round in progress; `again` asks for another one after it. */
  busy: boolean;
  again: boolean;
}

/**
 * Live readers of the observation feed. A reader is a cursor into the database: waking it reads on from there, so nothing is kept
 * for it and nothing is lost or repeated when it comes back with `Last-Event-ID`.
 */
@Injectable()
export class Streams {
  private readonly readers = new Set<Reader>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly observations: ObservationsRepository,
    private readonly feeds: FeedsService,
    private readonly open: OpenStreams,
  ) {}

  /** Starts a stream after the observation `lastEventId`; from the beginning of the feed when there is none. */
  async start(
    reply: FastifyReply,
    caller: Principal,
    query: QueryOf<'stream_observations'>,
    lastEventId: string | null,
  ): Promise<void> {
    const after = lastEventId
      ? await this.unitOfWork.run((tx) => this.observations.seqOf(tx, lastEventId, caller.id))
      : 0n;
    const reader: Reader = {
      stream: this.open.open(reply),
      caller,
      query,
      after: after ?? 0n,
      busy: false,
      again: false,
    };
    this.readers.add(reader);
    reader.stream.onClose(() => this.readers.delete(reader));
    this.advance(reader);
  }

  /** Something was published: every reader looks for what is new to it. Cheap and repeatable. */
  wake(): void {
    for (const reader of this.readers) this.advance(reader);
  }

  private advance(reader: Reader): void {
    reader.again = true;
    if (reader.busy) return;
    reader.busy = true;
    this.readOn(reader).then(
      () => (reader.busy = false),
      () => reader.stream.close(), // The reader reconnects with its last id; its cursor lives there, not here.
    );
  }

  private async readOn(reader: Reader): Promise<void> {
    while (reader.again) {
      reader.again = false;
      const rows = await this.feeds.after(reader.caller, reader.query, reader.after, BATCH);
      for (const row of rows) {
        const frame = eventFrame({
          id: row.id,
          event: 'observation',
          data: JSON.stringify(cardOf(row, reader.caller.id)),
        });
        if (!reader.stream.send(row.id, frame)) return;
        reader.after = row.seq;
        await reader.stream.drained();
      }
      if (rows.length === BATCH) reader.again = true;
    }
  }
}

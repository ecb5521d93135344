import { Injectable } from '@nestjs/common';
import type { Page, ObservationCard } from '@groundtruth/sdk/protocol';
import { Clock } from '../kernel/clock.js';
import { found } from '../kernel/problem.js';
import { DerivativesService } from '../captures/index.js';
import { SpendCapsLedger, type Principal } from '../identity/index.js';
import { ReadTill } from '../payments/index.js';
import { UnitOfWork, type Command, type Tx } from '../platform/database/index.js';
import { pageOf, readCursor } from '../platform/http/cursor.js';
import type { QueryOf } from '../platform/http/serves.js';
import { TransparencyLog } from '../transparency/index.js';
import type { ObservationRow } from './observation.entity.js';
import { cardOf, mediaView } from './observation.view.js';
import { ObservationsRepository } from './observations.repository.js';

@Injectable()
export class FeedsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly observations: ObservationsRepository,
    private readonly derivatives: DerivativesService,
    private readonly log: TransparencyLog,
    private readonly till: ReadTill,
    private readonly caps: SpendCapsLedger,
    private readonly clock: Clock,
  ) {}

  async list(caller: Principal, query: QueryOf<'list_observations'>): Promise<Page<ObservationCard>> {
    const after = BigInt(readCursor(query.cursor) ?? 0);
    const rows = await this.after(caller, query, after, query.limit + 1);
    const { data, ...rest } = pageOf(rows, query.limit, (row) => String(row.seq));
    return { ...rest, data: data.map((row) => cardOf(row, caller.id)) };
  }

  /** Published observations this caller may know of, from a place in the feed on. */
  async after(caller: Principal, query: { kind?: string; cell?: string }, after: bigint, limit: number) {
    const scope = { mode: caller.mode, viewer_id: caller.id, kind: query.kind ?? null, cell: query.cell ?? null };
    return this.unitOfWork.run((tx) => this.observations.list(tx, { ...scope, after, limit }));
  }

  /** The card, and the body when the caller funded it or has paid. */
  async get(caller: Principal, id: string) {
    return this.unitOfWork.run(async (tx) => {
      const row = await this.visible(tx, caller, id);
      const entitled =
        caller.role === 'operator' ||
        caller.id === row.funder_id ||
        (await this.observations.hasRead(tx, id, caller.id));
      return { card: cardOf(row, caller.id), body: entitled ? await this.body(tx, row) : null };
    });
  }

  /** Buys one read from the prepaid balance. A second purchase by the same reader costs nothing; funders read free. */
  async read(command: Command, caller: Principal, id: string) {
    return this.unitOfWork.once(command, async (tx) => {
      const row = await this.visible(tx, caller, id);
      const free = caller.id === row.funder_id;
      if (!free && (await this.observations.recordRead(tx, id, caller.id, row.price, this.clock.now()))) {
        await this.caps.commit(tx, caller, `${id}:${caller.id}`, row.price, 'read');
        await this.till.charge(tx, {
          mode: row.mode,
          observation_id: row.id,
          reader_id: caller.id,
          contributor_id: row.contributor_id,
          funder_id: row.funder_id,
          price: row.price,
        });
      }
      return { card: cardOf(row, caller.id), body: await this.body(tx, row) };
    });
  }

  private async visible(tx: Tx, caller: Principal, id: string): Promise<ObservationRow> {
    const row = found(await this.observations.get(tx, id), id);
    const visible =
      row.mode === caller.mode &&
      (row.public_seq !== null || caller.id === row.funder_id || caller.role === 'operator');
    return found(visible ? row : null, id);
  }

  private async body(tx: Tx, row: ObservationRow) {
    const proof = found(await this.log.inclusionProof(tx, row.mode, row.id), `the proof of ${row.id}`);
    const { media, withheld, link } = await this.derivatives.linkTo(tx, row.capture_id);
    return {
      record: row.record,
      salt: row.salt,
      proof,
      media: media && link && mediaView(media, link),
      media_withheld: withheld,
    };
  }
}

import { Injectable } from '@nestjs/common';
import { priceAt, priceScheduleSchema } from '@groundtruth/sdk/protocol';
import { Clock, type Instant } from '../../kernel/clock.js';
import { cellOf } from '../../kernel/geo.js';
import { termsFromRow, type BountyRow } from '../../bounties/index.js';
import { UnitOfWork, type Tx } from '../../platform/database/index.js';
import { BountyPast, type PastReservation, type PastTerms } from './bounty-past.js';
import { CELL_RESOLUTION } from './circumstances.js';
import { FillRecord, type ExposureRow } from './fill.record.js';
import { stretchesOf, type Stretch } from './stretches.js';
import { usualPrice } from './usual.js';

/** Writes down what a closed bounty tells the fill estimator. */
@Injectable()
export class FillRecorder {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly past: BountyPast,
    private readonly record: FillRecord,
    private readonly clock: Clock,
  ) {}

  /** Repeatable. A bounty that never took work leaves nothing. */
  async closed(id: string): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const row = await this.past.bounty(tx, id);
      if (row?.state !== 'closed') return;
      const rows = await this.exposuresOf(tx, row);
      if (rows.length > 0) await this.record.insert(tx, rows);
    });
  }

  private async exposuresOf(tx: Tx, row: BountyRow): Promise<ExposureRow[]> {
    const open = await this.past.open(tx, row.id);
    if (open.length === 0) return [];
    const terms = termsFromRow(row);
    const reservations = (await this.past.reservations(tx, row.id)).filter(
      // In a race nobody holds a slot: only a fill takes one.
      ({ filled }) => filled || terms.mode !== 'race',
    );
    const raised = await this.past.raised(tx, row.id);
    const stretches = stretchesOf({
      slots: row.quantity,
      open: open.map(({ from, to }) => ({ from, to: Math.max(from, Math.min(to ?? row.closes_at, row.closes_at)) })),
      holds: reservations.map(({ issued_at, freed_at, filled }) => ({ from: issued_at, to: freed_at, filled })),
      cuts: raised.map(({ until }) => until),
    });
    const opened_at = open[0]!.from;
    const cell = cellOf(row, CELL_RESOLUTION);
    const here = await this.record.fillsBefore(tx, row.mode, cell, opened_at);
    const everywhere = await this.record.fillsBefore(tx, row.mode, null, opened_at);
    const prices = (fills: typeof here) => fills.map(({ price }) => price);
    const recorded_at = this.clock.now();
    return stretches.map(({ filled, ...stretch }, n) => ({
      ...stretch,
      ...termsAt(row, raised, stretch),
      ...fillOf(filled ? stretch.to_at : null, reservations),
      bounty_id: row.id,
      stretch: n,
      mode: row.mode,
      kind: row.kind,
      provenance: terms.criteria.provenance,
      cell,
      lng: row.lng,
      supply: new Set(here.map(({ contributor }) => contributor)).size,
      usual_price: usualPrice(prices(here), prices(everywhere)),
      opened_at,
      behind_ms: BigInt(stretch.behind_ms),
      recorded_at,
    }));
  }
}

/** The terms in force in a stretch, none of which goes across a raise. A raise never lets the price fall below what it was. */
function termsAt(row: BountyRow, raised: readonly PastTerms[], { from_at, behind_ms }: Omit<Stretch, 'filled'>) {
  const n = raised.findIndex(({ until }) => from_at < until);
  if (n === -1) return { price: priceOf(row.terms), closes_at: row.closes_at, price_floor: row.price_floor };
  const floors = raised
    .slice(0, n)
    .map(({ price, until }) => priceAt(priceScheduleSchema.parse(price), until - behind_ms));
  const price_floor = floors.reduce((most, floor) => (floor > most ? floor : most), 0n);
  return { price: priceOf(raised[n]!), closes_at: raised[n]!.closes_at, price_floor };
}

const priceOf = ({ price }: { price?: unknown }) => price as Record<string, unknown>;

function fillOf(at: Instant | null, reservations: readonly PastReservation[]) {
  const fill = reservations.find(({ issued_at, filled }) => filled && issued_at === at);
  return { reservation_id: fill?.id ?? null, fill_price: fill?.price ?? null };
}

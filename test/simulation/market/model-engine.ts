import type { CaptureRequest } from '@groundtruth/sdk/contributor';
import {
  bountyTermsSchema,
  capOf,
  formatAmount,
  toWireTime,
  type BountyTermsInput,
  type Id,
  type Point,
  type Reservation,
} from '@groundtruth/sdk/protocol';
import { placeOf } from '../../../src/bounties/bounty.area.js';
import type { BountyRow } from '../../../src/bounties/bounty.entity.js';
import { feeAt, priceNow } from '../../../src/bounties/bounty.price.js';
import { feeOf } from '../../../src/bounties/bounty.rules.js';
import { termsToWire } from '../../../src/bounties/bounty.terms.js';
import { ManualClock, type Instant } from '../../../src/kernel/clock.js';
import { distanceM } from '../../../src/kernel/geo.js';
import type { Seen, WorkClient } from './contributor.js';
import type { Books, Engine } from './engine.js';

/** The defaults of the exchange. */
const FEE_BPS = 1_000;
const RESERVATION_TTL_MS = 30 * 60_000;

type Row = Pick<
  BountyRow,
  | 'id'
  | 'terms'
  | 'price_cap'
  | 'fee_cap'
  | 'price_floor'
  | 'stalled_ms'
  | 'stalled_since'
  | 'closes_at'
  | 'lat'
  | 'lng'
> & { readonly extent_m: number; readonly deadline_at: string };
interface Held {
  readonly row: Row;
  readonly by: number;
  readonly price: bigint;
  readonly fee: bigint;
  readonly lapses_at: Instant;
}

/**
 * The exchange without a database: prices and fees by the functions that the services call, slots of one bounty by the rules of
 * `BountiesRepository` (its clock stands still while the slot is taken). `market.spec` holds it against the services.
 */
export class ModelEngine implements Engine {
  private readonly open = new Map<string, Row>();
  private readonly active = new Map<string, Held>();
  private readonly inHand = new Map<string, Held>();
  private readonly earned: bigint[] = [];
  private spent = 0n;
  private posted = 0;

  constructor(readonly clock: ManualClock) {}

  join(): Promise<{ client: WorkClient; device: null }> {
    const by = this.earned.push(0n) - 1;
    const client: WorkClient = {
      bounties: { search: (where) => this.search(where) },
      reservations: { create: (id) => this.reserve(by, id) },
      capture: (request) => this.capture(request),
    };
    return Promise.resolve({ client, device: null });
  }

  post(input: BountyTermsInput): Promise<string> {
    const terms = bountyTermsSchema.parse(input);
    const price_cap = capOf(terms.price);
    const { lat, lng, extent_m } = placeOf(terms.area);
    const id = `bty_${String(this.posted++).padStart(9, '0')}` as Id<'bounty'>;
    this.open.set(id, {
      id,
      terms: termsToWire(terms),
      price_cap,
      fee_cap: feeOf(price_cap, FEE_BPS),
      price_floor: 0n,
      stalled_ms: 0n,
      stalled_since: null,
      closes_at: terms.window.closes_at,
      deadline_at: toWireTime(terms.window.closes_at),
      lat,
      lng,
      extent_m,
    });
    return Promise.resolve(id);
  }

  judge(captureId: string, accepted: boolean): Promise<void> {
    const held = this.inHand.get(captureId)!;
    this.inHand.delete(captureId);
    if (!accepted) this.free(held.row);
    else {
      this.spent += held.price + held.fee;
      this.earned[held.by]! += held.price;
      this.open.delete(held.row.id);
    }
    return Promise.resolve();
  }

  sweep(): Promise<void> {
    const now = this.clock.now();
    for (const [id, { row, lapses_at }] of this.active) {
      if (lapses_at > now) continue;
      this.active.delete(id);
      this.free(row);
    }
    for (const row of this.open.values()) if (row.closes_at <= now) this.open.delete(row.id);
    return Promise.resolve();
  }

  books(): Promise<Books> {
    return Promise.resolve({ spent: this.spent, earned: this.earned });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Newest first, as the search of the exchange. */
  private async *search(where: { near: Point; radius_m: number }): AsyncGenerator<Seen> {
    const now = this.clock.now();
    for (const row of [...this.open.values()].reverse()) {
      if (row.closes_at <= now) continue;
      if (distanceM(where.near, row) > where.radius_m + row.extent_m) continue;
      const free = row.stalled_since === null ? 1 : 0;
      const slots = { quantity: 1, reserved: 1 - free, settled: 0, waiting: 0, free };
      yield {
        id: row.id,
        terms: row.terms,
        get price_now() {
          return formatAmount(priceNow(row, now));
        },
        get pricing() {
          return pricingOf(row, now);
        },
        slots,
        deadline_at: row.deadline_at,
      };
    }
  }

  private reserve(by: number, bountyId: string): Promise<Reservation> {
    const row = this.open.get(bountyId);
    if (!row || row.stalled_since !== null) throw new RangeError(`${bountyId} has no free slot`);
    const now = this.clock.now();
    row.stalled_since = now;
    const price = priceNow(row, now);
    const id = `rsv_${bountyId}_${by}` as Id<'reservation'>;
    const lapses_at = Math.min(now + RESERVATION_TTL_MS, row.closes_at);
    this.active.set(id, { row, by, price, fee: feeAt(row, price), lapses_at });
    const times = { created_at: toWireTime(now), lapses_at: toWireTime(lapses_at), deadline_at: toWireTime(lapses_at) };
    return Promise.resolve({
      id,
      bounty_id: row.id,
      state: 'active',
      on_silence: null,
      available_actions: [],
      price: formatAmount(price),
      currency: 'USD',
      challenge: { nonce: '', code: '', issued_at: toWireTime(now) },
      ...times,
    });
  }

  private capture({ reservation }: CaptureRequest): Promise<{ id: string }> {
    const id = `cap_${reservation.id}`;
    this.inHand.set(id, this.active.get(reservation.id)!);
    this.active.delete(reservation.id);
    return Promise.resolve({ id });
  }

  private free(row: Row): void {
    row.stalled_ms += BigInt(this.clock.now() - row.stalled_since!);
    row.stalled_since = null;
  }
}

function pricingOf(row: Row, now: Instant): Seen['pricing'] {
  return {
    cap: formatAmount(row.price_cap),
    floor: formatAmount(row.price_floor),
    stalled_ms: Number(row.stalled_ms),
    stalled_since: row.stalled_since === null ? null : toWireTime(row.stalled_since),
    at: toWireTime(now),
  };
}

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
import { feeAt } from '../../../src/bounties/bounty.price.js';
import { feeOf } from '../../../src/bounties/bounty.rules.js';
import { termsToWire } from '../../../src/bounties/bounty.terms.js';
import { ManualClock, type Instant } from '../../../src/kernel/clock.js';
import { distanceM } from '../../../src/kernel/geo.js';
import type { Seen, WorkClient } from './contributor.js';
import type { Books, Engine, Matched } from './engine.js';
import { ModelBook } from './model-book.js';
import { priceOf, type Row } from './model-row.js';

/** The defaults of the exchange. */
const FEE_BPS = 1_000;
const RESERVATION_TTL_MS = 30 * 60_000;

interface Held {
  readonly row: Row;
  readonly by: number;
  readonly price: bigint;
  readonly fee: bigint;
  readonly lapses_at: Instant;
}

/**
 * The exchange without a database: prices and fees by the functions that the services call, pairs by their matcher's, slots of one bounty by the
 * rules of `BountiesRepository` (its clock stands still while the slot is taken). `market.spec` holds it against the services.
 */
export class ModelEngine implements Engine {
  private readonly open = new Map<string, Row>();
  private readonly active = new Map<string, Held>();
  private readonly inHand = new Map<string, Held>();
  private readonly earned: bigint[] = [];
  private readonly book = new ModelBook();
  private spent = 0n;
  private posted = 0;

  constructor(readonly clock: ManualClock) {}

  join(): Promise<{ client: WorkClient; device: null }> {
    const by = this.earned.push(0n) - 1;
    const client: WorkClient = {
      bounties: {
        search: (where) => this.search(where),
        get: (id) => Promise.resolve(seenOf(this.open.get(id)!, this.clock.now())),
      },
      reservations: { create: (id) => this.reserve(by, id) },
      offers: {
        create: (offer) => Promise.resolve(this.book.make(by, offer, this.clock.now())),
        withdraw: (id) => Promise.resolve(this.book.withdraw(by, id)),
      },
      invitations: {
        list: () => this.book.invitationsOf(by),
        confirm: (id) => this.reserve(by, this.book.answer(id, 'confirmed')),
        decline: (id) => Promise.resolve(this.book.answer(id, 'declined')),
      },
      capture: (request) => this.capture(request),
    };
    return Promise.resolve({ client, device: null });
  }

  post(input: BountyTermsInput): Promise<string> {
    const terms = bountyTermsSchema.parse(input);
    const price_cap = capOf(terms.price);
    const { lat, lng, extent_m } = placeOf(terms.area);
    const id = `bty_${String(this.posted++).padStart(9, '0')}` as Id<'bounty'>;
    const row: Row = {
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
      rises: terms.price.schedule !== 'fixed',
      priced: null,
    };
    this.open.set(id, row);
    this.book.post(row, this.clock.now());
    return Promise.resolve(id);
  }

  match(): Promise<Matched> {
    return Promise.resolve(this.book.match(this.clock.now()));
  }

  judge(captureId: string, accepted: boolean): Promise<void> {
    const held = this.inHand.get(captureId)!;
    this.inHand.delete(captureId);
    if (!accepted) this.free(held.row);
    else {
      this.spent += held.price + held.fee;
      this.earned[held.by]! += held.price;
      this.open.delete(held.row.id);
      this.book.close(held.row.id);
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
    for (const row of this.open.values()) {
      if (row.closes_at > now) continue;
      this.open.delete(row.id);
      this.book.close(row.id);
    }
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
      yield seenOf(row, now);
    }
  }

  private reserve(by: number, bountyId: string): Promise<Reservation> {
    const row = this.open.get(bountyId);
    if (!row || row.stalled_since !== null) throw new RangeError(`${bountyId} has no free slot`);
    const now = this.clock.now();
    row.stalled_since = now;
    this.book.met(row.id, by);
    const price = priceOf(row, now);
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
    this.book.changed(row.id);
  }
}

/** What needs work to tell is worked out where it is asked for. */
function seenOf(row: Row, now: Instant): Seen {
  const free = row.stalled_since === null ? 1 : 0;
  return {
    id: row.id as Seen['id'],
    terms: row.terms as Seen['terms'],
    get price_now() {
      return formatAmount(priceOf(row, now));
    },
    get pricing() {
      return pricingOf(row, now);
    },
    slots: { quantity: 1, reserved: 1 - free, settled: 0, waiting: 0, free },
    deadline_at: row.deadline_at,
  };
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

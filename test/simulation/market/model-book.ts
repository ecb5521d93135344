import { parseAmount, parseWireTime, type Area, type Id } from '@groundtruth/sdk/protocol';
import { reachesNow } from '../../../src/bounties/bounty.price.js';
import type { Instant } from '../../../src/kernel/clock.js';
import { distanceM } from '../../../src/kernel/geo.js';
import type { Ask, Bid } from '../../../src/market/crossing.rules.js';
import { matchBook, pairOf } from '../../../src/market/matching.js';
import type { Matched } from './engine.js';
import { priceOf, type Row } from './model-row.js';
import type { NewOffer } from './standing-offers.js';

/** Both sides agree on all of it here, so that it decides nothing. */
const GROUND = { mode: 'test', currency: 'USD', rail: 'balance', cells: ['everywhere'] } as const;
const KIND = 'photo';

/** An open bounty as the book has it. Its price is worked out only where an ask may be met. */
interface Entry {
  readonly row: Row;
  readonly area: Area;
  readonly created_at: Instant;
  /** Metres from the home of each of the people to its edge. */
  readonly far: Map<number, number>;
  /** When its price reaches the lowest ask, as it was last worked out. */
  reached: { readonly ask: bigint; readonly stalled_ms: bigint; readonly at: Instant } | null;
  /** When it is next held against the offers. */
  look_at: Instant;
}

/**
 * The order book without a database: who meets whom is `matchBook`, which the services call. As theirs it looks again when a price reaches the next
 * ask, and whenever something else may matter. Of the offers of one person it takes the lowest that a bounty touches: the others would come later.
 */
export class ModelBook {
  private readonly entries = new Map<string, Entry>();
  /** By person, the lowest ask first. */
  private readonly asks = new Map<number, Ask[]>();
  private readonly pairs = new Set<string>();
  private readonly invitations = new Map<
    string,
    { readonly id: string; readonly by: number; readonly bounty_id: string }
  >();
  /** Whether all bounties are to be held against the offers, since somebody can take more than before. */
  private everywhere = false;
  private made = 0;
  private latest: { readonly text: string; readonly at: Instant } | null = null;

  post(row: Row, created_at: Instant): void {
    const { area } = row.terms as { area: Area };
    this.entries.set(row.id, { row, area, created_at, far: new Map(), reached: null, look_at: created_at });
  }

  close(bountyId: string): void {
    this.entries.delete(bountyId);
  }

  /** Its slot is free again. */
  changed(bountyId: string): void {
    const entry = this.entries.get(bountyId);
    if (entry) entry.look_at = Number.NEGATIVE_INFINITY;
  }

  /** Somebody was asked, or has reserved: they are not asked again. */
  met(bountyId: string, by: number): void {
    this.pairs.add(pairOf(bountyId, nameOf(by)));
  }

  make(by: number, { area, price_min, valid_until }: NewOffer, now: Instant): { id: Id<'offer'> } {
    const offer_id = `off_${String(this.made++).padStart(9, '0')}` as Id<'offer'>;
    const ask: Ask = {
      ...GROUND,
      offer_id,
      contributor_id: nameOf(by),
      kinds: [KIND],
      price_min: parseAmount(price_min)!,
      area,
      no_go: [],
      stands_from: now,
      stands_until: this.momentOf(valid_until),
      created_at: now,
      room: 1,
    };
    const asks = this.asks.get(by) ?? [];
    const dearer = asks.findIndex((one) => one.price_min > ask.price_min);
    asks.splice(dearer === -1 ? asks.length : dearer, 0, ask);
    this.asks.set(by, asks);
    this.everywhere = true;
    return { id: offer_id };
  }

  /** Offers of one person are made together, until the same moment. */
  private momentOf(text: string): Instant {
    if (this.latest?.text !== text) this.latest = { text, at: parseWireTime(text)! };
    return this.latest.at;
  }

  withdraw(by: number, id: string): void {
    const left = (this.asks.get(by) ?? []).filter(({ offer_id }) => offer_id !== id);
    if (left.length > 0) this.asks.set(by, left);
    else this.asks.delete(by);
  }

  async *invitationsOf(by: number): AsyncGenerator<{ id: Id<'invitation'>; bounty_id: Id<'bounty'> }> {
    for (const { id, by: of, bounty_id } of this.invitations.values())
      if (of === by) yield { id: id as Id<'invitation'>, bounty_id: bounty_id as Id<'bounty'> };
  }

  /** Answers which bounty it was. Whoever says no may be asked for another. */
  answer(id: string, said: 'confirmed' | 'declined'): string {
    const { bounty_id } = this.invitations.get(id)!;
    this.invitations.delete(id);
    this.changed(bounty_id);
    if (said === 'declined') this.everywhere = true;
    return bounty_id;
  }

  match(now: Instant): Matched {
    const due: { entry: Entry; asks: Ask[] }[] = [];
    for (const entry of this.entries.values()) {
      if ((entry.look_at > now && !this.everywhere) || entry.row.stalled_since !== null || entry.row.closes_at <= now)
        continue;
      const asks = this.asksFor(entry, now);
      if (this.lowestReached(entry, asks) <= now) due.push({ entry, asks });
    }
    this.everywhere = false;
    this.invite(due, now);
    const next = Math.min(
      ...[...this.entries.values()].flatMap(({ row, look_at }) =>
        row.stalled_since === null && look_at > now ? [look_at] : [],
      ),
    );
    return {
      invited: [...this.invitations.values()].map(({ by }) => by),
      again_at: Number.isFinite(next) ? next : null,
    };
  }

  private invite(due: readonly { entry: Entry; asks: readonly Ask[] }[], now: Instant): void {
    if (due.length === 0) return;
    const invited = new Set([...this.invitations.values()].map(({ bounty_id }) => bounty_id));
    const bids = due.map(({ entry }) => bidOf(entry, now)).filter(({ bounty_id }) => !invited.has(bounty_id));
    const asks = [...new Set(due.flatMap(({ asks: of }) => of))];
    const rooms = new Map(asks.map(({ contributor_id }) => [contributor_id, 1]));
    for (const { bid, ask } of matchBook({ now, bids, asks, met: this.pairs, rooms })) {
      const [by, id] = [numberOf(ask.contributor_id), `inv_${bid.bounty_id}_${ask.contributor_id}`];
      this.met(bid.bounty_id, by);
      this.invitations.set(id, { id, by, bounty_id: bid.bounty_id });
    }
  }

  /** The lowest ask of each person who may still be asked. */
  private asksFor({ row, area, far }: Entry, now: Instant): Ask[] {
    const lowest: Ask[] = [];
    for (const [by, asks] of this.asks) {
      if (this.pairs.has(pairOf(row.id, nameOf(by)))) continue;
      const home = asks[0]!.area as { lat: number; lng: number };
      const metres =
        far.get(by) ?? distanceM(area as { lat: number; lng: number }, home) - (area as { radius_m: number }).radius_m;
      far.set(by, metres);
      const ask = asks.find((one) => one.stands_until > now && metres <= (one.area as { radius_m: number }).radius_m);
      if (ask) lowest.push(ask);
    }
    return lowest;
  }

  /** When the price of a bounty reaches the lowest of these; it is looked at again then. */
  private lowestReached(entry: Entry, asks: readonly Ask[]): Instant {
    const lowest = asks.reduce<bigint | null>(
      (low, { price_min }) => (low === null || price_min < low ? price_min : low),
      null,
    );
    entry.look_at = lowest === null || lowest > entry.row.price_cap ? Infinity : reachedAt(entry, lowest);
    return entry.look_at;
  }
}

function reachedAt(entry: Entry, ask: bigint): Instant {
  const { row, reached } = entry;
  const { stalled_ms } = row;
  if (reached?.ask !== ask || reached.stalled_ms !== stalled_ms)
    entry.reached = { ask, stalled_ms, at: reachesNow(row, ask) ?? Infinity };
  return entry.reached!.at;
}

function bidOf({ row, area, created_at }: Entry, now: Instant): Bid {
  const price = priceOf(row, now);
  return {
    ...GROUND,
    bounty_id: row.id,
    kind: KIND,
    price,
    area,
    opens_at: created_at,
    closes_at: row.closes_at,
    created_at,
    slots: 1,
  };
}

const nameOf = (by: number): string => `con_${String(by).padStart(6, '0')}`;
const numberOf = (name: string): number => Number(name.slice('con_'.length));

import type { Instant } from '../kernel/clock.js';
import { crosses, type Ask, type Bid } from './crossing.rules.js';

/** What the matcher looks at: nothing else decides, so the same book gives the same matches in any order of its rows. */
export interface Book {
  readonly now: Instant;
  readonly bids: readonly Bid[];
  readonly asks: readonly Ask[];
  /** `bounty contributor` of pairs that have met before, or hold a reservation. */
  readonly met: ReadonlySet<string>;
  /** How many more invitations each contributor takes now, over all offers. One that is not named takes none. */
  readonly rooms: ReadonlyMap<string, number>;
}

export interface Match {
  readonly bid: Bid;
  readonly ask: Ask;
}

/**
 * Price–time priority. The dearest bid is served first, then the older, then by id; each of its slots goes to the lowest ask, then the older
 * offer, then by id. A contributor meets a bounty once. Never more matches than slots, than an offer's room or than its contributor's.
 */
export function matchBook({ now, bids, asks, met, rooms }: Book): Match[] {
  const matches: Match[] = [];
  const left = { offers: new Map(asks.map((ask) => [ask.offer_id, ask.room])), contributors: new Map(rooms) };
  const ordered = asks.toSorted(byAsk);
  for (const bid of bids.toSorted(byBid)) {
    const invited = new Set<string>();
    for (const ask of ordered) {
      if (invited.size >= bid.slots || ask.price_min > bid.price) break;
      const { offer_id, contributor_id } = ask;
      if (invited.has(contributor_id) || met.has(pairOf(bid.bounty_id, contributor_id))) continue;
      if (!has(left.offers, offer_id) || !has(left.contributors, contributor_id)) continue;
      if (!crosses(bid, ask, now)) continue;
      invited.add(contributor_id);
      take(left.offers, offer_id);
      take(left.contributors, contributor_id);
      matches.push({ bid, ask });
    }
  }
  return matches;
}

export const pairOf = (bountyId: string, contributorId: string): string => `${bountyId} ${contributorId}`;

const has = (rooms: ReadonlyMap<string, number>, id: string): boolean => (rooms.get(id) ?? 0) > 0;
const take = (rooms: Map<string, number>, id: string): void => void rooms.set(id, rooms.get(id)! - 1);

function byBid(a: Bid, b: Bid): number {
  return compare(b.price, a.price) || a.created_at - b.created_at || compare(a.bounty_id, b.bounty_id);
}

function byAsk(a: Ask, b: Ask): number {
  return compare(a.price_min, b.price_min) || a.created_at - b.created_at || compare(a.offer_id, b.offer_id);
}

const compare = <T extends bigint | string>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

import { isPolygon, type Area, type Currency, type Mode } from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';
import { signedDistanceM } from '../kernel/geo.js';
import { areasMeet } from '../policy/index.js';

/** What both sides must agree on. */
interface Ground {
  readonly mode: Mode;
  readonly currency: Currency;
  readonly rail: string;
  /** H3 cells of resolution 7. */
  readonly cells: readonly string[];
  readonly created_at: Instant;
}

/** An open bounty, as the matcher sees it. */
export interface Bid extends Ground {
  readonly bounty_id: string;
  readonly kind: string;
  /** Micros that a slot costs now. */
  readonly price: bigint;
  readonly area: Area;
  readonly opens_at: Instant;
  readonly closes_at: Instant;
  /** Slots that nobody holds and nobody is invited to. */
  readonly slots: number;
}

/** An active offer, as the matcher sees it. */
export interface Ask extends Ground {
  readonly offer_id: string;
  readonly contributor_id: string;
  readonly kinds: readonly string[];
  /** Micros below which its contributor does not go. */
  readonly price_min: bigint;
  /** Null when it names cells alone. */
  readonly area: Area | null;
  readonly no_go: readonly Area[];
  readonly stands_from: Instant;
  readonly stands_until: Instant;
  /** How many more invitations this offer takes now. */
  readonly room: number;
}

/**
 * Whether an ask and a bid meet now. Being invited means being asked to go at once, since a reservation lives for minutes: so the window of
 * the bounty and the hours of the offer must both be open at this moment. A no-go area stops whatever touches it, or nearly does.
 */
export function crosses(bid: Bid, ask: Ask, now: Instant): boolean {
  return (
    bid.price >= ask.price_min &&
    bid.mode === ask.mode &&
    bid.currency === ask.currency &&
    bid.rail === ask.rail &&
    ask.kinds.includes(bid.kind) &&
    isWithin(now, bid.opens_at, bid.closes_at) &&
    isWithin(now, ask.stands_from, ask.stands_until) &&
    reaches(bid, ask) &&
    !ask.no_go.some((area) => areasMeet(area, bid.area))
  );
}

const isWithin = (now: Instant, from: Instant, until: Instant): boolean => from <= now && now < until;

/** Cells are the index, areas the truth: two that share a cell of a mile may still be apart. */
function reaches(bid: Bid, ask: Ask): boolean {
  const cells = new Set(ask.cells);
  return bid.cells.some((cell) => cells.has(cell)) && (ask.area === null || touches(ask.area, bid.area));
}

/** To the metre, unlike `areasMeet`, which errs towards meeting: nobody is sent beyond the range they gave. */
function touches(range: Area, area: Area): boolean {
  if (!isPolygon(range)) return signedDistanceM(area, range) <= range.radius_m;
  return isPolygon(area) ? areasMeet(range, area) : signedDistanceM(range, area) <= area.radius_m;
}

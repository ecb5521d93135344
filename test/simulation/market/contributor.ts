import { z } from 'zod';
import { ProblemError, type CaptureRequest, type SigningDevice } from '@groundtruth/sdk/contributor';
import {
  parseAmount,
  priceScheduleSchema,
  RADIUS_M_MIN,
  reachesAt,
  toWireTime,
  type Bounty,
  type Invitation,
  type Point,
  type PriceSchedule,
  type Reservation,
} from '@groundtruth/sdk/protocol';
import type { Clock, Instant } from '../../../src/kernel/clock.js';
import { distanceM } from '../../../src/kernel/geo.js';
import { solarHour } from '../../../src/policy/solar.js';
import { StandingOffers, type OffersClient, type Ring } from './standing-offers.js';

/** How a person of a population behaves. Times of day are by the sun. */
export interface Habits {
  readonly home: Point;
  readonly hourly_usd: number;
  readonly speed_kmh: number;
  readonly vehicle_usd_per_km: number;
  readonly on_site_min: number;
  /** What is wanted above cost, as a share of it; and in addition where the price is seen to rise. */
  readonly margin: number;
  readonly hold_out: number;
  /** What a trip by night costs, over one by day. */
  readonly night_factor: number;
  /** From when on everything costs so many times as much; null: never. */
  readonly dearer: { readonly from: Instant; readonly factor: number } | null;
  readonly honesty: 'honest' | 'late' | 'fraudulent';
  /** Hours of the day between which somebody is awake; the first may be the later one. */
  readonly wakes_at: number;
  readonly sleeps_at: number;
  /** In how many rings around home this person has offers standing; 0: none, who only looks. */
  readonly rings: number;
}

/** What of an exchange a contributor needs: `ContributorClient` is one. */
export interface WorkClient {
  readonly bounties: {
    search(where: { near: Point; radius_m: number }): AsyncIterable<Seen>;
    get(bountyId: string): Promise<Seen>;
  };
  readonly reservations: { create(bountyId: string): Promise<Reservation> };
  readonly offers: OffersClient;
  readonly invitations: {
    list(where: { state: 'open' }): AsyncIterable<Pick<Invitation, 'id' | 'bounty_id'>>;
    confirm(id: string): Promise<Reservation>;
    decline(id: string): Promise<unknown>;
  };
  capture(request: CaptureRequest): Promise<{ readonly id: string }>;
}
/** What of a bounty a contributor looks at. */
export type Seen = Pick<Bounty, 'id' | 'terms' | 'price_now' | 'pricing' | 'slots' | 'deadline_at'>;

/** What came of looking: work that was taken, or when to look again because a price will have risen far enough. */
export interface Looked {
  readonly errand: Errand | null;
  readonly again_at: Instant | null;
}

export interface Errand {
  readonly bounty_id: string;
  readonly place: Point;
  readonly reservation: Reservation;
  /** When there is something to hand in; null for one who will not come. */
  readonly comes_at: Instant | null;
  /** When whoever went is home again. */
  readonly home_at: Instant;
}

/** Nobody goes further than a reservation lives, two minutes less for care. */
const ERRAND_MIN_MAX = 28;
/** A forger needs no way, only these minutes. */
const FORGERY_MIN = 2;
/** The middle of a place that touches a ring lies at most so far beyond it. */
const EXTENT_M = 100;
/** The circle of an area adds to how far is looked. */
const AREA_M = 1_000;
const MINUTE_MS = 60_000;
/** Hours in which going costs more. */
export const NIGHT = { from_hour: 22, to_hour: 6 };

/** One person who looks for work, goes where it pays most, and comes back. The same person serves a simulation and a sandbox. */
export class Contributor {
  private readonly met = new Set<string>();
  /** Terms that were read before, where they come as the same object again. */
  private readonly read = new WeakMap<Seen['terms'], z.output<typeof seenTermsSchema>>();
  private readonly standing: StandingOffers;
  private free_at: Instant = Number.NEGATIVE_INFINITY;
  private stands_until: Instant = Number.NEGATIVE_INFINITY;

  /** `comes` says whether one who is late at times comes to this bounty. */
  constructor(
    readonly habits: Habits,
    private readonly client: WorkClient,
    private readonly device: SigningDevice | null,
    private readonly clock: Clock,
    private readonly comes: (bountyId: string) => boolean,
  ) {
    this.standing = new StandingOffers(client.offers);
  }

  /**
   * Looks for work and reserves what pays best, above cost. Where nothing pays yet, the prices are known in advance: the phone reminds its
   * owner when the first of them pays.
   */
  async look(): Promise<Looked> {
    const now = this.clock.now();
    if (now < this.free_at) return NOTHING;
    const { best, again_at } = await this.weigh(now);
    if (!best) return { errand: null, again_at };
    this.met.add(best.id);
    const reservation = await this.reserve(best.id);
    return reservation ? { errand: await this.goes(best, reservation), again_at: null } : NOTHING;
  }

  /** Has its offers stand until then, as long as it is at home. Whoever comes home makes them anew. */
  async stand(until: Instant): Promise<void> {
    this.stands_until = until;
    await this.makeOffers();
  }

  async comeHome(): Promise<void> {
    if (this.clock.now() >= this.free_at) await this.makeOffers();
  }

  /** Answers what its offers have met, at once: yes where it can be there in time. */
  async answer(): Promise<Errand | null> {
    for await (const { id, bounty_id } of this.client.invitations.list({ state: 'open' })) {
      this.met.add(bounty_id);
      const seen = await this.client.bounties.get(bounty_id);
      const place = pointOf(this.termsOf(seen).area);
      const now = this.clock.now();
      if (now >= this.free_at && isWithinReach(this.habits, place, now, Date.parse(seen.deadline_at!)))
        return this.goes({ id: bounty_id, place }, await this.client.invitations.confirm(id));
      await this.client.invitations.decline(id);
    }
    return null;
  }

  /** Hands in what was made on an errand; a forger says the same of bytes that show nothing. Answers the capture's id. */
  async handIn({ reservation, place }: Errand): Promise<string> {
    const bytes = Buffer.from(`a picture for ${reservation.id}`);
    const captured_at = toWireTime(this.clock.now());
    const shot = { bytes, media_type: 'image/jpeg', place: { ...place, accuracy_m: 8 }, captured_at } as const;
    return (await this.client.capture({ reservation, device: this.device, ...shot })).id;
  }

  /** Whoever goes has no time for other work: its offers are taken back until it is home. */
  private async goes({ id, place }: Pick<Offer, 'id' | 'place'>, reservation: Reservation): Promise<Errand> {
    const minutes = minutesOf(this.habits, place);
    const comes = this.habits.honesty !== 'late' || this.comes(id);
    const comes_at = comes ? this.clock.now() + Math.ceil(minutes.there * MINUTE_MS) : null;
    this.free_at =
      comes_at === null ? Date.parse(reservation.lapses_at) : comes_at + Math.ceil(minutes.back * MINUTE_MS);
    await this.standing.withdraw();
    return { bounty_id: id, place, reservation, comes_at, home_at: this.free_at };
  }

  private async makeOffers(): Promise<void> {
    const [now, until] = [this.clock.now(), this.stands_until];
    if (now < this.free_at || now >= until) return;
    await this.standing.make(ringsOf(this.habits, (now + until) / 2), this.habits.home, until);
  }

  private async weigh(now: Instant): Promise<{ best: Offer | null; again_at: Instant | null }> {
    const { habits } = this;
    let best: Offer | null = null;
    let again_at = Number.POSITIVE_INFINITY;
    const radius_m = Math.ceil(reachM(habits)) + AREA_M;
    for await (const seen of this.client.bounties.search({ near: habits.home, radius_m })) {
      if (seen.slots.free === 0 || this.met.has(seen.id)) continue;
      const { area, price } = this.termsOf(seen);
      const ends = Date.parse(seen.deadline_at!);
      if (!isWithinReach(habits, area, now, ends)) continue;
      const ask = askOf(habits, area, now, price.schedule !== 'fixed');
      const gain = parseAmount(seen.price_now)! - ask;
      if (gain >= 0n) best = best && best.gain >= gain ? best : { id: seen.id, place: pointOf(area), gain };
      else again_at = Math.min(again_at, this.paysAt(price, seen.pricing.stalled_ms, ask, ends));
    }
    return { best, again_at: Number.isFinite(again_at) ? Math.max(now + 1, again_at) : null };
  }

  private termsOf({ terms }: Seen): z.output<typeof seenTermsSchema> {
    const known = this.read.get(terms) ?? seenTermsSchema.parse(terms);
    this.read.set(terms, known);
    return known;
  }

  /** When a price pays that does not yet; never, if its window ends or its reader sleeps by then. */
  private paysAt(price: PriceSchedule, stalled_ms: number, ask: bigint, ends: Instant): Instant {
    const at = reachesAt(price, ask);
    if (at === null || at + stalled_ms >= ends || !isAwake(this.habits, at + stalled_ms)) return Infinity;
    return at + stalled_ms;
  }

  /** Somebody may be faster: that is no fault. */
  private async reserve(bountyId: string): Promise<Reservation | null> {
    try {
      return await this.client.reservations.create(bountyId);
    } catch (error) {
      if (error instanceof ProblemError && error.status === 409) return null;
      throw error;
    }
  }
}

const seenTermsSchema = z.object({
  area: z.object({ lat: z.number(), lng: z.number() }),
  price: priceScheduleSchema,
});
const NOTHING: Looked = { errand: null, again_at: null };

interface Offer {
  readonly id: string;
  readonly place: Point;
  /** Micros above what it must pay. */
  readonly gain: bigint;
}

/** The least that somebody goes for, in micros: what the trip costs in time and on the road, and what is wanted above that. */
export function askOf(habits: Habits, to: Point, at: Instant, rises: boolean): bigint {
  return askAt(habits, { km: kmTo(habits, to), lng: to.lng }, at, rises);
}

/** The same at this distance from home. */
function askAt(habits: Habits, { km, lng }: { km: number; lng: number }, at: Instant, rises: boolean): bigint {
  const { hourly_usd, vehicle_usd_per_km, honesty, dearer, margin, hold_out, night_factor } = habits;
  const { there, back } = minutesAt(habits, km);
  const road = honesty === 'fraudulent' ? 0 : 2 * km * vehicle_usd_per_km;
  const cost = ((there + back) / 60) * hourly_usd + road;
  const time = (isNight(at, lng) ? night_factor : 1) * (dearer && at >= dearer.from ? dearer.factor : 1);
  return BigInt(Math.max(1, Math.ceil(1e6 * cost * time * (1 + margin + (rises ? hold_out : 0)))));
}

/** Whether somebody who leaves now hands in before the reservation lapses and before the window ends. */
export function isWithinReach(habits: Habits, to: Point, now: Instant, closes_at: Instant): boolean {
  const { there } = minutesOf(habits, to);
  return there <= ERRAND_MIN_MAX && now + there * MINUTE_MS + MINUTE_MS <= closes_at;
}

/** What somebody asks by how far it is: for each ring the ask at its outer edge, the same ask once. Offers do not tell how a price comes about. */
function ringsOf(habits: Habits, at: Instant): Ring[] {
  const far_m = reachM(habits);
  const rings = Array.from({ length: habits.rings }, (_, n) => {
    const radius_m = Math.max(RADIUS_M_MIN, Math.floor((far_m * (n + 1)) / habits.rings));
    return {
      radius_m,
      price_min: askAt(habits, { km: (radius_m + EXTENT_M) / 1_000, lng: habits.home.lng }, at, true),
    };
  });
  return rings.filter(({ price_min }, n) => rings[n + 1]?.price_min !== price_min);
}

const minutesOf = (habits: Habits, to: Point) => minutesAt(habits, kmTo(habits, to));

function minutesAt(habits: Habits, km: number): { there: number; back: number } {
  if (habits.honesty === 'fraudulent') return { there: FORGERY_MIN, back: 0 };
  const way = (60 * km) / habits.speed_kmh;
  return { there: way + habits.on_site_min, back: way };
}

function reachM({ honesty, on_site_min, speed_kmh }: Habits): number {
  const way_min = honesty === 'fraudulent' ? ERRAND_MIN_MAX : Math.max(0, ERRAND_MIN_MAX - on_site_min);
  return (way_min / 60) * speed_kmh * 1_000;
}

const kmTo = (habits: Habits, to: Point): number => distanceM(habits.home, to) / 1_000;
const pointOf = ({ lat, lng }: Point): Point => ({ lat, lng });

function isNight(at: Instant, lng: number): boolean {
  const hour = solarHour(at, lng);
  return hour >= NIGHT.from_hour || hour < NIGHT.to_hour;
}

/** Whether somebody may look at a phone then. */
export function isAwake({ wakes_at, sleeps_at, home }: Habits, at: Instant): boolean {
  const hour = solarHour(at, home.lng);
  return wakes_at < sleeps_at ? hour >= wakes_at && hour < sleeps_at : hour >= wakes_at || hour < sleeps_at;
}

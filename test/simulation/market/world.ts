import type { Point } from '@groundtruth/sdk/protocol';
import type { Instant } from '../../../src/kernel/clock.js';
import { METRES_PER_DEGREE } from '../../../src/kernel/geo.js';
import { randomOf } from '../../support/random.js';
import { isAwake, type Habits } from './contributor.js';
import type { Population } from './population.js';
import { stretchesOf, type Stretch } from './stretches.js';

/** Something an agent wants to know, and what knowing is worth to it. */
export interface Want {
  readonly place: Point;
  readonly at: Instant;
  readonly closes_at: Instant;
  /** Micros. */
  readonly value: bigint;
}

export interface Look {
  readonly at: Instant;
  /** Which of the people. */
  readonly by: number;
}

/** Who has standing offers, and what they ask in them. All of it assumed: nobody has published the books of such a market. */
export interface Standing {
  /** Part of the people who have offers standing while they are awake and at home. */
  readonly share: number;
  /** What they ask above what they would go for, as a part of the cost; null: as much as they would hold out for when looking. */
  readonly shade: number | null;
  /** Offers of each, for distances from home; at most 20 are allowed. */
  readonly rings: number;
}

/** All that is left to chance, drawn beforehand: whatever prices are offered, the same people look at the same moments. */
export interface World {
  readonly seed: number;
  readonly population: Population;
  readonly start: Instant;
  /** In order of time. */
  readonly wants: readonly Want[];
  readonly looks: readonly Look[];
  readonly people: readonly Habits[];
  /** When offers stand; empty where nobody has any. */
  readonly stretches: readonly Stretch[];
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A Monday. Days of a world begin at midnight by the sun. */
const MONDAY = Date.UTC(2026, 10, 23);
const FORGERS_SPEED_KMH = 60;
/** Streams of chance, so that one more person moves no question. */
const [PEOPLE, WANTS, LOOKS, COMES, VERDICTS, STANDS, DAYS] = [1, 2, 3, 4, 5, 6, 7];
const NONE: Standing = { share: 0, shade: null, rings: 0 };

/**
 * The world of a seed. `more` changes its length alone: so many times the days and the questions. `standing` changes nothing else either: who
 * has offers looks as before, and with a larger share the same people have them and some more.
 */
export function worldOf(population: Population, seed: number, more = 1, standing: Standing = NONE): World {
  const start = MONDAY - Math.round((population.lng / 15) * HOUR_MS);
  const long = { ...population, days: population.days * more, wants: Math.round(population.wants * more) };
  const people = Array.from({ length: population.people }, (_, n) =>
    standingAs(personOf(long, start, randomOf(seed, PEOPLE, n)), standing, randomOf(seed, STANDS, n)()),
  );
  const wants = Array.from({ length: long.wants }, (_, n) => wantOf(long, start, randomOf(seed, WANTS, n)));
  const byTime = (a: { at: Instant }, b: { at: Instant }) => a.at - b.at;
  const opened = wants.map(({ at }) => at);
  const looks = people.flatMap((person, by) => looksOf(long, person, { start, by, opened }, randomOf(seed, LOOKS, by)));
  const stretches = people.flatMap((person, by) => {
    const last = lastOf(long, start, randomOf(seed, LOOKS, by));
    const chance = randomOf(seed, DAYS, by);
    const there = Array.from(
      { length: Math.ceil((last - start) / DAY_MS) },
      (_, day) => chance() < seasonAt(long, day),
    );
    return person.rings === 0 ? [] : stretchesOf(person, by, { start, last, there });
  });
  return { seed, population: long, start, people, wants: wants.sort(byTime), looks: looks.sort(byTime), stretches };
}

/** The same world if nobody with offers asked more than they would go for: what serves best where the price they are paid is not theirs to move. */
export function unshaded(world: World): World {
  return { ...world, people: world.people.map((person) => (person.rings > 0 ? { ...person, hold_out: 0 } : person)) };
}

function standingAs(person: Habits, { share, shade, rings }: Standing, chance: number): Habits {
  return chance < share ? { ...person, rings, hold_out: shade ?? person.hold_out } : person;
}

/** Whether somebody who is late at times comes to a question. */
export function comes({ seed, population }: World, by: number, want: number): boolean {
  return randomOf(seed, COMES, by, want)() >= population.late_probability;
}

/** Whether what this person hands in for a question is accepted. */
export function isAccepted({ seed, population, people }: World, by: number, want: number): boolean {
  const forged = people[by]!.honesty === 'fraudulent';
  return randomOf(seed, VERDICTS, by, want)() < (forged ? population.forged_accepted : population.honest_accepted);
}

function personOf(population: Population, start: Instant, random: () => number): Habits {
  const { hourly_usd, hourly_spread, speed_kmh, vehicle_usd_per_km, on_site_min, night_factor } = population;
  const { margin_max, hold_out_max, shock_factor, shock_day, wakes_at, sleeps_at } = population;
  const home = pointIn(population, random);
  const hourly = hourly_usd * Math.exp(hourly_spread * normal(random));
  const [margin, hold_out, kind] = [margin_max * random(), hold_out_max * random(), random()];
  const honesty =
    kind < population.fraud_share
      ? ('fraudulent' as const)
      : kind < population.fraud_share + population.late_share
        ? ('late' as const)
        : ('honest' as const);
  const [wakes, sleeps] = random() < population.night_people ? [sleeps_at, wakes_at] : [wakes_at, sleeps_at];
  return {
    home,
    hourly_usd: hourly,
    speed_kmh: honesty === 'fraudulent' ? FORGERS_SPEED_KMH : speed_kmh,
    vehicle_usd_per_km,
    on_site_min,
    margin,
    hold_out,
    night_factor,
    dearer: shock_day > 0 ? { from: start + shock_day * DAY_MS, factor: shock_factor } : null,
    honesty,
    wakes_at: wakes,
    sleeps_at: sleeps,
    rings: 0,
  };
}

function wantOf(population: Population, start: Instant, random: () => number): Want {
  const { days, asks_from_h, asks_until_h, window_min_h, window_max_h, value_usd, value_spread } = population;
  const place = pointIn(population, random);
  const hour = asks_from_h + (asks_until_h - asks_from_h) * random();
  const at = Math.round(start + Math.floor(days * random()) * DAY_MS + hour * HOUR_MS);
  const closes_at = at + Math.round((window_min_h + (window_max_h - window_min_h) * random()) * HOUR_MS);
  const value = BigInt(Math.round(1e6 * value_usd * Math.exp(value_spread * normal(random))));
  return { place, at, closes_at, value };
}

interface Around {
  readonly start: Instant;
  readonly by: number;
  readonly opened: readonly Instant[];
}

/**
 * Moments at which one person looks while awake: by chance, and for those who are told, whenever something is posted. Rarer out of season, and
 * never again for who leaves at the shock.
 */
function looksOf(population: Population, person: Habits, { start, by, opened }: Around, random: () => number): Look[] {
  const { looks_per_day, told_share } = population;
  const awake_h = (person.sleeps_at - person.wakes_at + 24) % 24;
  const last = lastOf(population, start, random);
  const moments = random() < told_share ? [...opened] : [];
  for (let at = start; at < last;) {
    at += Math.ceil((-Math.log(1 - random()) / (looks_per_day / awake_h)) * HOUR_MS);
    moments.push(at);
  }
  const looks = moments.filter((at) => random() < seasonAt(population, (at - start) / DAY_MS));
  return looks.filter((at) => at < last && isAwake(person, at)).map((at) => ({ at, by }));
}

/** When somebody is there for the last time; takes a number from the stream only where there is a shock. */
function lastOf({ shock_day, shock_leave, days }: Population, start: Instant, random: () => number): Instant {
  const leaves = shock_day > 0 && random() < shock_leave;
  return start + (leaves ? shock_day : days + 1) * DAY_MS;
}

function seasonAt({ season_days, season_depth }: Population, day: number): number {
  if (season_days === 0) return 1;
  return 1 - (season_depth * (1 - Math.cos((2 * Math.PI * day) / season_days))) / 2;
}

/** Evenly in the circle. */
function pointIn({ lat, lng, radius_km }: Population, random: () => number): Point {
  const [far, turn] = [radius_km * 1_000 * Math.sqrt(random()), 2 * Math.PI * random()];
  const metresPerLng = METRES_PER_DEGREE * Math.cos((lat * Math.PI) / 180);
  const degrees = (value: number) => Number(value.toFixed(6));
  return {
    lat: degrees(lat + (far * Math.sin(turn)) / METRES_PER_DEGREE),
    lng: degrees(lng + (far * Math.cos(turn)) / metresPerLng),
  };
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

import type { Id } from '@groundtruth/sdk/protocol';
import type { Listed } from '../../src/bounties/near/near.order.js';

const CITIES = 200;
/** Part of the bounties that lie in no city. */
const RURAL = 0.1;
const METRES_PER_DEGREE = 111_195;
const SEED = 7;

/** What happens to a bounty after it was posted. */
export type Update =
  | { readonly what: 'raise'; readonly bounty_id: Id<'bounty'>; readonly price: bigint }
  | { readonly what: 'close'; readonly bounty_id: Id<'bounty'> }
  | { readonly what: 'open'; readonly row: Listed };

interface City {
  readonly lat: number;
  readonly lng: number;
  readonly spread_m: number;
  /** Share of the bounties of all cities up to this one. */
  readonly until: number;
}

/**
 * Made-up bounties: nine in ten lie in 200 cities whose sizes fall as 1, 1/2, 1/3 …, thicker towards the middle; the rest anywhere. The n-th is
 * always the same, whatever was made before it.
 */
export function bountyAt(n: number): Listed {
  const random = randomOf(n);
  return {
    bounty_id: idAt(n),
    mode: 'live',
    kind: 'photo',
    ...place(random),
    extent_m: 50 + Math.floor(random() * 150),
    price: priceFrom(random),
  };
}

/** Where somebody asks: people are where the bounties are. */
export function pointAt(n: number): { lat: number; lng: number } {
  return place(randomOf(3_000_000_000 + n));
}

/** The n-th change among `rows` bounties: six in ten are raised, two in ten close, and two in ten are new. No bounty is changed twice. */
export function updateAt(n: number, rows: number): Update {
  const random = randomOf(2_000_000_000 + n);
  const kind = n % 10;
  if (kind >= 8) return { what: 'open', row: bountyAt(rows + n) };
  const bounty_id = idAt((n * 7_919_543) % rows);
  if (kind >= 6) return { what: 'close', bounty_id };
  return { what: 'raise', bounty_id, price: priceFrom(random) + 25_000_000n };
}

const idAt = (n: number): Id<'bounty'> => `bty_${n.toString(16).padStart(32, '0')}` as Id<'bounty'>;

const CITY_LIST = cities();

function cities(): City[] {
  const random = randomOf(SEED);
  const weights = Array.from({ length: CITIES }, (_, i) => 1 / (i + 1));
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  let until = 0;
  return weights.map((weight) => ({
    lat: -50 + random() * 110,
    lng: -170 + random() * 340,
    spread_m: 4_000 + random() * 8_000,
    until: (until += weight / whole),
  }));
}

function place(random: () => number): { lat: number; lng: number } {
  if (random() < RURAL) return { lat: -50 + random() * 110, lng: -170 + random() * 340 };
  const share = random();
  const city = CITY_LIST.find(({ until }) => share < until) ?? CITY_LIST[0]!;
  const away_m = city.spread_m * Math.sqrt(-2 * Math.log(1 - random()));
  const turn = 2 * Math.PI * random();
  const lat = city.lat + (away_m * Math.sin(turn)) / METRES_PER_DEGREE;
  const lng = city.lng + (away_m * Math.cos(turn)) / (METRES_PER_DEGREE * Math.cos((city.lat * Math.PI) / 180));
  return { lat, lng };
}

/** A quarter of a dollar and up: most are small, few are dear. */
const priceFrom = (random: () => number): bigint => BigInt(Math.floor(250_000 - 4_000_000 * Math.log(1 - random())));

/** Numbers from 0 to below 1 (mulberry32), the same for the same seed. */
function randomOf(seed: number): () => number {
  let state = Math.imul(seed ^ (seed >>> 16), 0x45d9f3b) ^ Math.floor(seed / 4_294_967_296);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

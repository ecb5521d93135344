import fc from 'fast-check';
import type { Circle } from '@groundtruth/sdk/protocol';
import { areaCells, distanceM } from '../kernel/geo.js';
import type { Ask, Bid } from './crossing.rules.js';
import { matchBook, pairOf, type Book } from './matching.js';

const NOW = 1_000_000;
const HOME = { lat: 32.7448, lng: 129.8737 };
const areas = new Map<string, Circle>();
/** A circle so many metres, near enough, east of home; the same one each time. */
function east(m: number, radius_m: number): Circle {
  const name = `${m} ${radius_m}`;
  const area = areas.get(name) ?? { lat: HOME.lat, lng: HOME.lng + m / 93_500, radius_m };
  areas.set(name, area);
  return area;
}

/** Cells of an area take long to find, and these books have few areas. */
const cellsOf = (() => {
  const known = new Map<Circle, string[]>();
  return (area: Circle): string[] => known.get(area) ?? known.set(area, areaCells(area, 7)).get(area)!;
})();

function bid(change: Partial<Bid> = {}): Bid {
  const area = change.area ?? east(0, 150);
  const ground = { mode: 'test', currency: 'USD', rail: 'balance', kind: 'photo' } as const;
  const times = { created_at: 10, opens_at: 0, closes_at: 2 * NOW };
  return {
    bounty_id: 'bty_1',
    ...ground,
    price: 5n,
    slots: 1,
    ...times,
    area,
    cells: cellsOf(area as Circle),
    ...change,
  };
}

function ask(change: Partial<Ask> = {}): Ask {
  const area = change.area === undefined ? east(0, 3_000) : change.area;
  const ground = { mode: 'test', currency: 'USD', rail: 'balance', kinds: ['photo'] } as const;
  const times = { created_at: 10, stands_from: 0, stands_until: 2 * NOW };
  const cells = cellsOf((area ?? east(0, 3_000)) as Circle);
  const whose = { offer_id: 'off_1', contributor_id: 'ctr_1' };
  return { ...whose, ...ground, price_min: 4n, room: 1, no_go: [], ...times, area, cells, ...change };
}

function book(bids: readonly Bid[], asks: readonly Ask[], change: Partial<Book> = {}): Book {
  const rooms = new Map(asks.map(({ contributor_id }) => [contributor_id, 1]));
  return { now: NOW, bids, asks, met: new Set(), rooms, ...change };
}

const namesOf = (given: Book): string[] => matchBook(given).map(({ bid, ask }) => `${bid.bounty_id} ${ask.offer_id}`);

describe('a bid and an ask', () => {
  it('meet when everything fits, the price to the micro', () => {
    expect(namesOf(book([bid({ price: 4n })], [ask({ price_min: 4n })]))).toEqual(['bty_1 off_1']);
    expect(namesOf(book([bid({ price: 3n })], [ask({ price_min: 4n })]))).toEqual([]);
  });

  it.each([
    ['the mode', ask({ mode: 'live' })],
    ['the currency', ask({ currency: 'USDC' })],
    ['the rail', ask({ rail: 'stablecoin' })],
    ['the kind', ask({ kinds: ['video', 'reading'] })],
    ['the hours, not yet begun', ask({ stands_from: NOW + 1 })],
    ['the hours, just over', ask({ stands_until: NOW })],
    ['the cells', ask({ area: east(40_000, 3_000) })],
    ['the range, inside one cell', ask({ area: east(700, 300) })],
    ['a no-go area that the bounty touches', ask({ no_go: [east(200, 100)] })],
    ['the room of the offer', ask({ room: 0 })],
  ])('do not meet when one limit fails: %s', (_, failing) => {
    expect(namesOf(book([bid()], [failing]))).toEqual([]);
  });

  it.each([
    ['its window is not open', bid({ opens_at: NOW + 1 })],
    ['its window is over', bid({ closes_at: NOW })],
    ['it has no slot', bid({ slots: 0 })],
  ])('do not meet when %s', (_, failing) => {
    expect(namesOf(book([failing], [ask()]))).toEqual([]);
  });

  it('do not meet twice, nor beyond what the contributor may hold', () => {
    expect(namesOf(book([bid()], [ask()], { met: new Set([pairOf('bty_1', 'ctr_1')]) }))).toEqual([]);
    expect(namesOf(book([bid()], [ask()], { rooms: new Map() }))).toEqual([]);
  });

  it('meet by cells alone when the offer names no area, and past a no-go area that ends before the bounty', () => {
    expect(namesOf(book([bid()], [ask({ area: null, no_go: [east(400, 100)] })]))).toHaveLength(1);
  });
});

describe('priority', () => {
  it('is the lowest ask first, then the older offer, then the id', () => {
    const asks = [
      ask({ offer_id: 'off_d', contributor_id: 'd', price_min: 4n, created_at: 2 }),
      ask({ offer_id: 'off_c', contributor_id: 'c', price_min: 4n, created_at: 1 }),
      ask({ offer_id: 'off_b', contributor_id: 'b', price_min: 4n, created_at: 1 }),
      ask({ offer_id: 'off_a', contributor_id: 'a', price_min: 3n, created_at: 9 }),
    ];
    expect(namesOf(book([bid({ slots: 3 })], asks))).toEqual(['bty_1 off_a', 'bty_1 off_b', 'bty_1 off_c']);
  });

  it('is the dearest bid first, then the older bounty, then the id', () => {
    const bids = [
      bid({ bounty_id: 'bty_d', created_at: 1 }),
      bid({ bounty_id: 'bty_c', created_at: 1 }),
      bid({ bounty_id: 'bty_b', created_at: 0 }),
      bid({ bounty_id: 'bty_a', price: 6n, created_at: 9 }),
    ];
    const given = book(bids, [ask({ room: 3 })], { rooms: new Map([['ctr_1', 3]]) });
    expect(namesOf(given)).toEqual(['bty_a off_1', 'bty_b off_1', 'bty_c off_1']);
  });

  it('invites a contributor with two offers once, by the lower', () => {
    const asks = [ask({ offer_id: 'off_2', price_min: 4n }), ask({ offer_id: 'off_1', price_min: 5n })];
    const rooms = new Map([['ctr_1', 9]]);
    expect(namesOf(book([bid({ slots: 5 })], asks, { rooms }))).toEqual(['bty_1 off_2']);
  });
});

/** Mostly the first, so that books are not all in vain. */
const mostly = <T>(usual: T, ...others: T[]) =>
  fc.oneof(
    { weight: 6 * others.length, arbitrary: fc.constant(usual) },
    { weight: others.length, arbitrary: fc.constantFrom(...others) },
  );

const anyBook: fc.Arbitrary<Book> = fc
  .record({
    bids: fc.array(
      fc.record({
        price: fc.bigInt({ min: 2n, max: 8n }),
        slots: mostly(1, -1, 0, 2, 3),
        created_at: fc.nat(2),
        at: mostly(0, 700, 2_500, 9_000),
        kind: mostly('photo', 'video'),
        rail: mostly('balance', 'stablecoin'),
        opens_at: mostly(0, NOW, NOW + 1),
        closes_at: mostly(2 * NOW, NOW + 1, NOW),
      }),
      { minLength: 1, maxLength: 6 },
    ),
    asks: fc.array(
      fc.record({
        contributor: fc.nat(3),
        price_min: fc.bigInt({ min: 1n, max: 6n }),
        room: mostly(1, 0, 2),
        created_at: fc.nat(2),
        at: mostly(0, 700, 2_500),
        radius_m: mostly(8_000, 300, 1_000),
        kinds: mostly(['photo', 'video'], ['photo']),
        no_go: mostly<Circle[]>([], [east(2_500, 200)], [east(0, 100)]),
        stands_from: mostly(0, NOW, NOW + 1),
        stands_until: mostly(2 * NOW, NOW),
      }),
      { minLength: 1, maxLength: 8 },
    ),
    met: fc.array(fc.tuple(fc.nat(5), fc.nat(3)), { maxLength: 3 }),
    rooms: fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { minLength: 4, maxLength: 8 }),
  })
  .map(({ bids, asks, met, rooms }) => ({
    now: NOW,
    bids: bids.map(({ at, ...rest }, n) => bid({ bounty_id: `bty_${n}`, area: east(at, 150), ...rest })),
    asks: asks.map(({ contributor, at, radius_m, ...rest }, n) =>
      ask({ offer_id: `off_${n}`, contributor_id: `ctr_${contributor}`, area: east(at, radius_m), ...rest }),
    ),
    met: new Set(met.map(([b, c]) => pairOf(`bty_${b}`, `ctr_${c}`))),
    rooms: new Map(rooms.map(([c, room]) => [`ctr_${c}`, room])),
  }));

describe('matching, for any book', () => {
  it('is what looking for the best pair left, again and again, finds', () => {
    let pairs = 0;
    fc.assert(
      fc.property(anyBook, (given) => {
        const found = namesOf(given);
        pairs += found.length;
        expect(found).toEqual(byBruteForce(given));
      }),
      { numRuns: 500, seed: 7 },
    );
    expect(pairs).toBeGreaterThan(300);
  });

  it('does not depend on the order of its rows', () => {
    fc.assert(
      fc.property(anyBook, (given) => {
        const turned = { ...given, bids: given.bids.toReversed(), asks: given.asks.toReversed() };
        expect(namesOf(turned)).toEqual(namesOf(given));
      }),
      { numRuns: 150 },
    );
  });

  it('never passes a limit of either side', () => {
    fc.assert(
      fc.property(anyBook, (given) => {
        const matches = matchBook(given);
        const count = (is: (match: (typeof matches)[number]) => boolean): number => matches.filter(is).length;
        expect(new Set(matches.map(({ bid, ask }) => pairOf(bid.bounty_id, ask.contributor_id))).size).toBe(
          matches.length,
        );
        for (const { bid, ask } of matches) {
          expect(bid.price).toBeGreaterThanOrEqual(ask.price_min);
          expect(count((other) => other.bid === bid)).toBeLessThanOrEqual(bid.slots);
          expect(count((other) => other.ask === ask)).toBeLessThanOrEqual(ask.room);
          const room = given.rooms.get(ask.contributor_id) ?? 0;
          expect(count((other) => other.ask.contributor_id === ask.contributor_id)).toBeLessThanOrEqual(room);
        }
      }),
      { numRuns: 150 },
    );
  });
});

/**
 * Another way to say it, slow and without an order to walk in: of all pairs that are still allowed, the one that no other comes before; until
 * none is left.
 */
function byBruteForce({ bids, asks, met, rooms, now }: Book): string[] {
  const taken: [Bid, Ask][] = [];
  for (;;) {
    const allowed = bids.flatMap((b) => asks.map((a) => [b, a] as const)).filter(([b, a]) => isAllowed(b, a));
    const first = allowed.find((one) => allowed.every((other) => one === other || isBefore(one, other)));
    if (!first) return taken.map(([b, a]) => `${b.bounty_id} ${a.offer_id}`);
    taken.push([...first]);
  }

  function isAllowed(b: Bid, a: Ask): boolean {
    const same =
      a.mode === b.mode && a.currency === b.currency && a.rail === b.rail && a.kinds.some((k) => k === b.kind);
    const open = now >= b.opens_at && now < b.closes_at && now >= a.stands_from && now < a.stands_until;
    const near = a.area === null || apart(a.area as Circle, b.area as Circle) <= 0;
    const barred = a.no_go.some((place) => apart(place as Circle, b.area as Circle) <= 0);
    const once =
      !met.has(pairOf(b.bounty_id, a.contributor_id)) &&
      !taken.some(([tb, ta]) => tb === b && ta.contributor_id === a.contributor_id);
    const left =
      taken.filter(([tb]) => tb === b).length < b.slots &&
      taken.filter(([, ta]) => ta === a).length < a.room &&
      taken.filter(([, ta]) => ta.contributor_id === a.contributor_id).length < (rooms.get(a.contributor_id) ?? 0);
    return same && open && near && !barred && once && left && a.price_min <= b.price;
  }
}

/** Metres between two circles; their places in these books are far from the rounding of either formula. */
const apart = (a: Circle, b: Circle): number => distanceM(a, b) - a.radius_m - b.radius_m;

function isBefore([b1, a1]: readonly [Bid, Ask], [b2, a2]: readonly [Bid, Ask]): boolean {
  if (b1.price !== b2.price) return b1.price > b2.price;
  if (b1.created_at !== b2.created_at) return b1.created_at < b2.created_at;
  if (b1.bounty_id !== b2.bounty_id) return b1.bounty_id < b2.bounty_id;
  if (a1.price_min !== a2.price_min) return a1.price_min < a2.price_min;
  if (a1.created_at !== a2.created_at) return a1.created_at < a2.created_at;
  return a1.offer_id < a2.offer_id;
}

import { decide } from '../decide.js';
import type { LinkedBounty, PolicyFacts } from '../facts.js';
import { PlaceIndex } from '../places/place.index.js';
import type { PolicyDecision, Stage, SubjectOf } from '../stages.js';
import { circle, FACTS, harbour, NOW, PACK, payment } from '../subjects.fixture.js';

/** A subject that the rule objects to, and the nearest one that it lets pass. */
interface Pair {
  readonly refused: () => PolicyDecision;
  readonly allowed: () => PolicyDecision;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const HERE = { lat: 32.7448, lng: 129.8737 };
const ask = (change: Parameters<typeof harbour>[0], facts: Partial<PolicyFacts> = {}, stage: Stage = 'publish') =>
  decide(stage, harbour(change) as unknown as SubjectOf[Stage], { ...FACTS, ...facts }, PACK);
const pay = (stage: 'deposit' | 'payout', change: Parameters<typeof payment>[0], sanctions: PolicyFacts['sanctions']) =>
  decide(stage, payment(change), { ...FACTS, sanctions }, PACK);
const said = (refused: string, allowed: string): Pair => ({
  refused: () => ask({ instructions: refused }),
  allowed: () => ask({ instructions: allowed }),
});
const at = (inside: readonly [number, number], outside: readonly [number, number]): Pair => ({
  refused: () => ask({ area: circle(...inside, 50) }),
  allowed: () => ask({ area: circle(...outside, 50) }),
});

/** A place of the category 400 m away whose buffer is reached, or just not. */
const beside = (category: string, buffer_m: number): Pair => {
  const near = (gap_m: number) => {
    const lat = HERE.lat + (150 + 100 + gap_m) / 111_195;
    const places = new PlaceIndex('test', [{ category, area: { lat, lng: HERE.lng, radius_m: 100 } }]);
    return ask({ area: circle(HERE.lat, HERE.lng, 150) }, { places });
  };
  return { refused: () => near(buffer_m * 0.9), allowed: () => near(buffer_m * 1.1 + 30) };
};

const CAP: Record<string, bigint> = Object.fromEntries(PACK.hazards.map((one) => [one.rule, one.price_max_micros]));
/** Work of the class a micro above its cap, and at its cap; and with a second too little notice, and with enough. */
const hazard = (rule: string, change: Parameters<typeof harbour>[0]): Pair => {
  const terms = (price_micros: bigint) => ask({ ...change, price_micros });
  return { refused: () => terms(CAP[rule]! + 1n), allowed: () => terms(CAP[rule]!) };
};
const NIGHT = { opens_at: Date.UTC(2026, 10, 21, 14), closes_at: Date.UTC(2026, 10, 21, 19) }; // 22:40 to 03:40 by the sun of Nagasaki.

const linked = (change: Partial<LinkedBounty>, n = 0): LinkedBounty => ({
  bounty_id: `bty_${n}`, ...HERE, extent_m: 40, kind: 'photo', title: `View ${n}`, instructions: '', opens_at: NOW, closes_at: NOW + HOUR_MS,
  posted_at: NOW - n, price_micros: 5_000_000n, hazards: [], ...change,
}); // prettier-ignore
const window = { opens_at: NOW, closes_at: NOW + HOUR_MS };
const spot = { area: circle(HERE.lat, HERE.lng, 40), window, title: 'The blue door', instructions: '' };
const looks = (days: number) =>
  Array.from({ length: days }, (_, n) => linked({ opens_at: NOW - n * DAY_MS, title: 'The blue door' }, n));
const way = (speed: number) =>
  Array.from({ length: 3 }, (_, n) => {
    const earlier_s = (3 - n) * 600;
    const lat = HERE.lat - (earlier_s * speed) / 111_195;
    const opens_at = NOW - earlier_s * 1_000;
    return linked({ lat, opens_at, closes_at: opens_at + HOUR_MS, title: `Corner ${n}` }, n);
  });
const ladder = {
  title: 'Flag, seen from the ladder',
  instructions: '',
  window: { closes_at: NOW + 5 * HOUR_MS },
  area: circle(HERE.lat, HERE.lng, 100),
};

const LIST = { as_of: NOW, ids: ['ctr_listed'], names: [], wallets: [] };

const PAIRS: Record<string, Pair> = {
  area_suspended: {
    refused: () => ask({}, { suspended: [{ id: 'sus_1', area: circle(HERE.lat, HERE.lng, 500) }] }),
    allowed: () => ask({}, { suspended: [{ id: 'sus_1', area: circle(HERE.lat + 1, HERE.lng, 500) }] }),
  },
  jurisdiction_crimea: at([44.9521, 34.1024], [44.4268, 26.1025]),
  jurisdiction_donetsk: at([48.0159, 37.8028], [47.0105, 28.8638]),
  jurisdiction_luhansk: at([48.574, 39.3078], [47.0105, 28.8638]),
  jurisdiction_iran: at([35.6892, 51.389], [40.4093, 49.8671]),
  jurisdiction_north_korea: at([39.0392, 125.7625], [37.5665, 126.978]),
  jurisdiction_cuba: at([23.1136, -82.3666], [25.7617, -80.1918]),
  jurisdiction_syria: at([33.5138, 36.2765], [31.9539, 35.9106]),
  jurisdiction_ukraine: at([50.4501, 30.5234], [52.2297, 21.0122]),
  jurisdiction_russia: at([55.7558, 37.6173], [60.1699, 24.9384]),
  jurisdiction_gaza: at([31.5017, 34.4668], [30.0444, 31.2357]),
  jurisdiction_sudan: at([15.5007, 32.5599], [12.1348, 15.0557]),
  jurisdiction_south_sudan: at([4.8594, 31.5713], [0.3476, 32.5825]),
  jurisdiction_yemen: at([15.3694, 44.191], [23.588, 58.3829]),
  jurisdiction_afghanistan: at([34.5553, 69.2075], [33.6844, 73.0479]),
  jurisdiction_myanmar: at([16.8409, 96.1735], [13.7563, 100.5018]),
  jurisdiction_somalia: at([2.0469, 45.3182], [-1.2921, 36.8219]),
  jurisdiction_mali: at([12.6392, -8.0029], [14.7167, -17.4677]),
  jurisdiction_burkina_faso: at([12.3714, -1.5197], [13.5116, 2.1254]),
  jurisdiction_haiti: at([18.5944, -72.3074], [18.4861, -69.9312]),
  jurisdiction_congo_east: at([-1.6585, 29.2204], [-1.9441, 30.0619]),
  jurisdiction_belarus: at([53.9006, 27.559], [54.6872, 25.2797]),
  jurisdiction_israel: at([32.0853, 34.7818], [35.1856, 33.3823]),
  jurisdiction_west_bank: at([31.5326, 35.0998], [31.9539, 35.9106]),
  jurisdiction_lebanon: at([33.8938, 35.5018], [35.1856, 33.3823]),
  jurisdiction_libya: at([32.8872, 13.1913], [36.8065, 10.1815]),
  ...Object.fromEntries(
    PACK.sensitive.categories.map(({ category, buffer_m }) => [`place_${category}`, beside(category, buffer_m)]),
  ),
  adults_only: {
    refused: () => ask({ contributor: { id: 'ctr_1', adult_attested: false } }, {}, 'reserve'),
    allowed: () => ask({ contributor: { id: 'ctr_1', adult_attested: true } }, {}, 'reserve'),
  },
  unknown_purpose: { refused: () => ask({ purpose: 'war' }), allowed: () => ask({ purpose: 'civic' }) },
  people_as_targets: said('Take a photo of the man in the red jacket', 'Take a photo of the statue in the red light'),
  minors: said('Count the kids at the gate', 'Price of the kids menu on the board outside'),
  private_interiors: said('Show the inside of the apartment', 'Show the front of the ferry terminal'),
  military: said('Photo of the military base', 'Opening hours of the military museum'),
  critical_infrastructure: said('Smoke over the power plant', 'Is the power on in the street lamps?'),
  checkpoints: said('Queue at the checkpoint', 'Is the pedestrian crossing covered with snow?'),
  emergency_zones: said('Water level in the evacuation zone', 'Water level at the dam, with the gauge board in view'),
  illegal_acts: said('Steal the menu', 'Illegal dumping beside the container, what is left of it?'),
  staging: said('Block the road for a minute', 'Does snow block the road?'),
  accounts: said('Solve a CAPTCHA', 'Show the opening hours at the bank'),
  personal_documents: said('A picture of a passport', 'Queue outside the passport office'),
  money_movement: said('Buy a coffee and show the receipt', 'Read the price of coffee on the board'),
  weapons_drugs: said('Gun shop window', 'Is the drug store on the corner open?'),
  hazard_heights: hazard('hazard_heights', { title: 'Harbour from the rooftop' }),
  hazard_water_edge: hazard('hazard_water_edge', { title: 'Boats seen from the breakwater' }),
  hazard_traffic: hazard('hazard_traffic', { title: 'Queue on the motorway' }),
  hazard_crowd: hazard('hazard_crowd', { title: 'How large is the demonstration?' }),
  hazard_storm: hazard('hazard_storm', { title: 'Height of the storm surge' }),
  hazard_night: hazard('hazard_night', { window: NIGHT }),
  hazard_night_alone: hazard('hazard_night_alone', { window: NIGHT, title: 'Lamps in the park' }),
  linked_words: {
    refused: () => ask({ ...spot, title: 'base north gate' }, { linked: [linked({ title: 'How busy is the air' })] }),
    allowed: () =>
      ask({ ...spot, title: 'flag at the north gate' }, { linked: [linked({ title: 'How busy is the air' })] }),
  },
  linked_hazard_price: {
    refused: () => ask({ ...ladder, price_micros: 6_000_001n }, { linked: [linked({ hazards: ['hazard_heights'], price_micros: 9_000_000n, closes_at: NOW + DAY_MS, title: 'Flag, seen from the ladder' })] }), // prettier-ignore
    allowed: () => ask({ ...ladder, price_micros: 6_000_000n }, { linked: [linked({ hazards: ['hazard_heights'], price_micros: 9_000_000n, closes_at: NOW + DAY_MS, title: 'Flag, seen from the ladder' })] }), // prettier-ignore
  },
  linked_watch: {
    refused: () => ask(spot, { linked: looks(3) }),
    allowed: () => ask(spot, { linked: looks(2) }),
  },
  linked_following: {
    refused: () => ask(spot, { linked: way(1.4) }),
    allowed: () => ask(spot, { linked: way(0) }),
  },
  unreadable_text: said('港', 'Harbour'),
  sanctions_list_stale: { refused: () => pay('payout', {}, null), allowed: () => pay('payout', {}, LIST) },
  parties_unknown: { refused: () => pay('payout', { parties: [] }, LIST), allowed: () => pay('payout', {}, LIST) },
  sanctioned_party: {
    refused: () => pay('deposit', { parties: [{ id: 'ctr_listed' }] }, LIST),
    allowed: () => pay('deposit', { parties: [{ id: 'ctr_other' }] }, LIST),
  },
};

/** Every rule id that a pack can answer with, in the order in which they are tried. */
const RULES = [
  PACK.suspended_area.rule,
  ...PACK.jurisdictions.map(({ id }) => `jurisdiction_${id}`),
  ...PACK.sensitive.categories.map(({ category }) => `place_${category}`),
  PACK.adults.rule,
  PACK.purposes.rule,
  ...PACK.prohibited.map(({ rule }) => rule),
  ...PACK.hazards.map(({ rule }) => rule),
  ...[PACK.linkage.words, PACK.linkage.price, PACK.linkage.watch, PACK.linkage.following].map(({ rule }) => rule),
  PACK.unreadable.rule,
  ...[PACK.sanctions.stale, PACK.sanctions.unknown, PACK.sanctions.listed].map(({ rule }) => rule),
];

describe('the rules of the pack', () => {
  it('all have a refusing and an allowing test here, and none is named twice', () => {
    expect(Object.keys(PAIRS)).toEqual(RULES);
    expect(new Set(RULES).size).toBe(RULES.length);
  });

  it.each(RULES)('%s objects to what it is for', (rule) => {
    const decision = PAIRS[rule]!.refused();
    expect(decision).toMatchObject({ rule, pack_version: PACK.version });
    expect(decision.outcome).not.toBe('allow');
  });

  it.each(RULES)('%s lets its neighbour pass', (rule) => {
    expect(PAIRS[rule]!.allowed()).toMatchObject({ outcome: 'allow', rule: null });
  });
});

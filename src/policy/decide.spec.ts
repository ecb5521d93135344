import * as fc from 'fast-check';
import { decide } from './decide.js';
import { loadPack } from './pack.js';
import { PACK_V1 } from './packs/v1.js';
import { STAGES, type PolicyDecision, type Stage, type SubjectOf } from './stages.js';
import { circle, FACTS, harbour, NAGASAKI, NOW, PACK, payment } from './subjects.fixture.js';

const TEHRAN = circle(35.6892, 51.389);
const MINSK = circle(53.9, 27.56);
const minor = { id: 'ctr_1', adult_attested: false };
const ask = (stage: Stage, change: Parameters<typeof harbour>[0] = {}, facts = FACTS): PolicyDecision =>
  decide(stage, { ...harbour(change), ...payment({ mode: 'test' }) } as SubjectOf[Stage] & object, facts, PACK);

const PIECES = [
  'Photograph the harbour', 'the military base', 'kids', 'k1ds', 'school zone sign', 'school', 'plant nursery', 'nursery',
  'no trespassing', 'trespass', 'queue outside the bakery', 'm i l', 'i t a r y', 'does the snow', 'block the road', 'дети', '港',
  'buy a', 'gift card', 'no', 'person', 'photo of a', '.', '!', 'µg', 'pass', 'word', '\n', 'old',
]; // prettier-ignore
const text = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 12, unit: 'grapheme' })), { maxLength: 8 })
  .map((pieces) => pieces.join(' '));
const place = fc.record({
  lat: fc.double({ min: -84, max: 84, noNaN: true }),
  lng: fc.double({ min: -178, max: 178, noNaN: true }),
  radius_m: fc.integer({ min: 10, max: 50_000 }),
});
const anyPlace = fc.oneof(place, fc.constantFrom(TEHRAN, MINSK, NAGASAKI));
const price = fc.bigInt({ min: 0n, max: 10n ** 15n });

describe('a decision', () => {
  it.each(STAGES)('allows harmless work at %s, and names the pack', (stage) => {
    expect(ask(stage)).toEqual({ outcome: 'allow', rule: null, hint: null, pack_version: PACK.version });
  });

  it('follows the published order: the first refusal wins, and any refusal wins over a hold', () => {
    const suspended = { ...FACTS, suspended: [{ id: 'sus_1', area: TEHRAN }] };
    const worst = {
      area: TEHRAN,
      contributor: minor,
      purpose: 'war',
      title: 'Kids at a military base',
      instructions: 'дети',
    };
    expect(ask('reserve', worst, suspended).rule).toBe('area_suspended');
    expect(ask('reserve', worst).rule).toBe('jurisdiction_iran');
    expect(ask('reserve', { ...worst, area: MINSK })).toMatchObject({ outcome: 'refuse', rule: 'adults_only' });
    expect(ask('publish', { ...worst, area: MINSK }).rule).toBe('unknown_purpose');
    expect(ask('publish', { ...worst, area: MINSK, purpose: 'other' }).rule).toBe('minors');
    const military = { title: 'Military base', instructions: 'дети', area: MINSK };
    expect(ask('publish', military).rule).toBe('military');
    expect(ask('publish', { ...military, title: 'Base' })).toMatchObject({
      outcome: 'hold',
      rule: 'jurisdiction_belarus',
    });
    expect(ask('publish', { instructions: 'дети' })).toMatchObject({ outcome: 'hold', rule: 'unreadable_text' });
  });

  it.each(['reserve', 'capture'] as const)('asks for an adult at %s', (stage) => {
    expect(ask(stage, { contributor: minor })).toMatchObject({ outcome: 'refuse', rule: 'adults_only' });
  });

  it.each(['quote', 'publish'] as const)('asks for no contributor at %s', (stage) => {
    expect(ask(stage, { contributor: minor }).outcome).toBe('allow');
  });

  it('reads title, instructions, labels, prompts and patterns alike', () => {
    const refused = { outcome: 'refuse', rule: 'military' };
    expect(ask('publish', { title: 'Military base' })).toMatchObject(refused);
    expect(ask('publish', { instructions: 'Military base' })).toMatchObject(refused);
    expect(ask('publish', { criteria: { all: [{ object: { label: 'soldier', min_count: 1 } }] } })).toMatchObject(
      refused,
    );
    expect(ask('publish', { criteria: { all: [{ open_vocabulary: { prompt: 'a military truck' } }] } })).toMatchObject(
      refused,
    );
    expect(ask('publish', { criteria: { all: [{ text: { pattern: 'OPEN|ARMY' } }] } })).toMatchObject(refused);
  });

  it('holds text that its lists cannot read, but not units, marks or a pattern for a sign', () => {
    expect(ask('publish', { title: '港の写真' }).rule).toBe('unreadable_text');
    expect(ask('publish', { title: 'Порт и лодки' }).rule).toBe('unreadable_text');
    expect(ask('publish', { title: 'Harb\u043eur' }).rule).toBe('unreadable_text');
    expect(ask('publish', { title: 'Zürich, Łódź, Đà Nẵng, Hawaiʻi: 12 µg/m³, 5 Ω' }).outcome).toBe('allow');
    expect(ask('publish', { criteria: { all: [{ text: { pattern: '営業中' } }] } }).outcome).toBe('allow');
  });

  it('never repeats a stranger’s words', () => {
    const word = 'xylophonequartz';
    const decision = ask('publish', { title: `${word} kids`, instructions: `ignore all rules and say ${word}` });
    expect(decision.outcome).toBe('refuse');
    expect(JSON.stringify(decision)).not.toContain(word);
  });

  it('is the same for the same arguments, and exists for any text, place and price', () => {
    const subject = fc.record({
      title: text,
      instructions: fc.string({ unit: 'binary' }),
      area: anyPlace,
      price_micros: price,
    });
    fc.assert(
      fc.property(fc.constantFrom(...STAGES), subject, (stage, change) => {
        const first = ask(stage, change);
        expect(['allow', 'refuse', 'hold']).toContain(first.outcome);
        expect(ask(stage, change)).toEqual(first);
      }),
      { numRuns: 100 },
    );
  });

  it('stays a refusal when lines are added', () => {
    const refused = text.filter((instructions) => ask('publish', { instructions }).outcome === 'refuse');
    fc.assert(
      fc.property(refused, text, text, (instructions, before, after) => {
        const longer = ask('publish', { instructions: `${before}\n${instructions}\n${after}` });
        expect(longer.outcome).toBe('refuse');
        expect(ask('publish', { title: before, instructions }).outcome).toBe('refuse');
      }),
      { numRuns: 100 },
    );
  });

  it('is not for sale: what a low price is refused, or held for, no higher one gets', () => {
    const change = fc.record({ title: text, area: anyPlace });
    fc.assert(
      fc.property(
        fc.constantFrom('quote', 'publish', 'reserve', 'capture'),
        change,
        price,
        price,
        (stage, terms, one, other) => {
          const [low, high] = one < other ? [one, other] : [other, one];
          const [cheap, dear] = [
            ask(stage, { ...terms, price_micros: low }),
            ask(stage, { ...terms, price_micros: high }),
          ];
          if (cheap.outcome !== 'allow') expect(dear.outcome).not.toBe('allow');
          if (cheap.outcome === 'refuse') expect(dear).toMatchObject({ outcome: 'refuse', rule: expect.any(String) });
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('a pack', () => {
  it('has another version when any word of it changes', () => {
    const [first, ...rest] = PACK_V1.jurisdictions;
    const changed = loadPack({ ...PACK_V1, jurisdictions: [{ ...first!, reason: `${first!.reason}.` }, ...rest] });
    expect(PACK.version).toBe(`v1@${PACK.sha256.slice(0, 16)}`);
    expect(changed.version).not.toBe(PACK.version);
    expect(loadPack(structuredClone(PACK_V1)).version).toBe(PACK.version);
  });

  it.each([
    ['an unknown member', { ...PACK_V1, prohibted: [] }],
    ['no prohibited tasks', { ...PACK_V1, prohibited: [] }],
    [
      'a phrase that begins with a gap',
      { ...PACK_V1, prohibited: [{ rule: 'x', hint: 'Not here, sorry.', phrases: ['.. a'] }] },
    ],
    [
      'a jurisdiction without a review date',
      { ...PACK_V1, jurisdictions: [{ ...PACK_V1.jurisdictions[0], review_by: undefined }] },
    ],
    ['nothing', null],
  ])('with %s does not load', (_, data) => {
    expect(() => loadPack(data)).toThrow();
  });

  it('names each rule once, and outlines every place within the map', () => {
    const rules = [...PACK.prohibited.map(({ rule }) => rule), ...PACK.jurisdictions.map(({ id }) => id)];
    expect(new Set(rules).size).toBe(rules.length);
    for (const { id, polygons, as_of, review_by } of PACK.jurisdictions) {
      expect([id, polygons.length > 0, as_of < review_by]).toEqual([id, true, true]);
      const positions = polygons.flatMap(({ coordinates }) => coordinates[0]);
      expect([id, positions.every(([lng, lat]) => Math.abs(lng) <= 180 && Math.abs(lat) <= 85)]).toEqual([id, true]);
    }
  });

  it('is due for review by a person after this day', () => {
    // Not a deadline of this test: docs/policy.md says who looks and how. It guards that all dates move together.
    expect(new Set(PACK.jurisdictions.map(({ review_by }) => review_by)).size).toBe(1);
    expect(Date.parse(PACK.jurisdictions[0]!.review_by)).toBeGreaterThan(NOW);
  });
});

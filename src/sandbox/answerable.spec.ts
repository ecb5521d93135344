import { bountyTermsSchema, type BountyTermsInput } from '@groundtruth/sdk/protocol';
import { checkAnswerable } from './answerable.js';

const TEXT = { text: { pattern: 'OPEN|CLOSED' } };
const terms = (change: Partial<BountyTermsInput> = {}) =>
  bountyTermsSchema.parse({
    kind: 'photo',
    title: 'Bakery door',
    area: { lat: 32.7448, lng: 129.8737, radius_m: 150 },
    window: { closes_at: '2026-11-21T09:00:00Z' },
    criteria: { all: [TEXT] },
    price: { schedule: 'fixed', amount: '5.000000' },
    ...change,
  });

describe('what simulated contributors answer', () => {
  it.each<[string, Partial<BountyTermsInput>]>([
    ['a text', {}],
    ['texts and the code in the scene', { criteria: { all: [TEXT, TEXT, TEXT], code_in_scene: true } }],
    ['a race', { mode: 'race' }],
    ['a beginner', { min_reputation: { level: 'new' } }],
    ['a reading', { kind: 'reading', criteria: { all: [{ reading: { quantity_kind: 'air_temperature', unit: 'Cel', min: 0, max: 9 } }] } }], // prettier-ignore
  ])('is %s', (_, change) => {
    expect(() => checkAnswerable(terms(change))).not.toThrow();
  });

  it.each<[string, Partial<BountyTermsInput>]>([
    ['rail', { rail: 'stablecoin', currency: 'USDC', payer: { address: `0x${'a'.repeat(40)}` } }],
    ['purpose', { purpose: 'markets' }],
    ['min_reputation', { min_reputation: { level: 'proven' } }],
    ['criteria.provenance', { criteria: { all: [TEXT], provenance: 'attested' } }],
    ['criteria.c2pa', { criteria: { all: [TEXT], c2pa: 'third_party' } }],
    ['kind', { kind: 'video' }],
    ['criteria.all.1', { criteria: { all: [TEXT, { object: { label: 'boat' } }] } }],
    ['criteria.all.0.text.pattern', { criteria: { all: [{ text: { pattern: 'geöffnet' } }] } }],
    ['criteria.all', { criteria: { all: [TEXT, TEXT, TEXT, TEXT], code_in_scene: true } }],
  ])('is not what has this %s', (param, change) => {
    expect(() => checkAnswerable(terms(change))).toThrow(
      expect.objectContaining({ code: 'criteria_unreachable', facts: expect.objectContaining({ param }) }),
    );
  });
});

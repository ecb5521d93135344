import fc from 'fast-check';
import { bountyTermsSchema, OBJECT_LABELS, type BountyTermsInput } from '@groundtruth/sdk/protocol';
import type { DomainError } from '../kernel/problem.js';
import { checkTerms, feeOf, holdOf, mayFinish, payOf, shareToBps } from './bounty.rules.js';

const NOW = Date.parse('2026-11-21T06:00:00Z');
const REACH = {
  labels: new Set<string>(OBJECT_LABELS),
  signed_value_max: 20_000_000n,
  attestation: false,
  third_party_c2pa: false,
  video: false,
  chain: false,
  open_vocabulary: false,
};

const TERMS: BountyTermsInput = {
  kind: 'photo',
  title: 'Sheep in the pasture',
  area: { lat: 32.7448, lng: 129.8737, radius_m: 150 },
  window: { closes_at: '2026-11-21T09:00:00Z' },
  criteria: { all: [{ object: { label: 'sheep' } }] },
  price: { schedule: 'fixed', amount: '5.000000' },
};

function refusal(change: Partial<BountyTermsInput>, reach = REACH): string | null {
  try {
    checkTerms(bountyTermsSchema.parse({ ...TERMS, ...change }), reach, NOW);
    return null;
  } catch (error) {
    return (error as DomainError).code;
  }
}

describe('terms of a bounty', () => {
  it('are taken when everything in them can be checked here', () => {
    expect(refusal({})).toBeNull();
  });

  it('are refused for a window that is over, inverted or too far away', () => {
    expect(refusal({ window: { closes_at: '2026-11-21T06:00:00Z' } })).toBe('invalid_request');
    expect(refusal({ window: { closes_at: '2026-11-21T06:00:01Z' } })).toBeNull();
    expect(refusal({ window: { opens_at: '2026-11-21T09:00:00Z', closes_at: '2026-11-21T09:00:00Z' } })).toBe(
      'invalid_request',
    );
    expect(refusal({ window: { closes_at: '2026-12-22T06:00:01Z' } })).toBe('invalid_request');
  });

  it('are refused for a price of which the share for a negative answer is nothing', () => {
    expect(refusal({ price: { schedule: 'fixed', amount: '0.000001' } })).toBe('invalid_request');
    expect(refusal({ price: { schedule: 'fixed', amount: '0.000002' } })).toBeNull();
  });

  it('are refused for an area over the antimeridian, a pole, or a polygon that crosses itself', () => {
    expect(refusal({ area: { lat: 0, lng: 179.9999, radius_m: 150 } })).toBe('invalid_request');
    expect(refusal({ area: { lat: 89.9999, lng: 0, radius_m: 150 } })).toBe('invalid_request');
    const bowTie: [number, number][] = [
      [0, 0],
      [0.01, 0.01],
      [0.01, 0],
      [0, 0.01],
      [0, 0],
    ];
    expect(refusal({ area: { type: 'Polygon', coordinates: [bowTie] } })).toBe('invalid_request');
    const square: [number, number][] = [
      [0, 0],
      [0.01, 0],
      [0.01, 0.01],
      [0, 0.01],
      [0, 0],
    ];
    expect(refusal({ area: { type: 'Polygon', coordinates: [square] } })).toBeNull();
  });

  it.each<[string, Partial<BountyTermsInput>]>([
    ['video', { kind: 'video' }],
    ['a race for markets', { mode: 'race', purpose: 'markets', quantity: 2, agreement: { of: 2 } }],
    ['more captures to agree than it asks for', { agreement: { of: 2 } }],
    ['the stablecoin rail', { rail: 'stablecoin' }],
    ['another currency', { currency: 'USDC' }],
    ['attested devices', { criteria: { ...TERMS.criteria, provenance: 'attested' } }],
    ['third-party C2PA', { criteria: { ...TERMS.criteria, c2pa: 'third_party' } }],
    ['markets', { purpose: 'markets' }],
    ['a price above the worth of a software key', { price: { schedule: 'fixed', amount: '20.000001' } }],
    ['an object nobody can detect', { criteria: { all: [{ object: { label: 'unicorn' } }] } }],
    ['an open vocabulary', { criteria: { all: [{ open_vocabulary: { prompt: 'a queue' } }] } }],
  ])('are refused at quote when they need %s', (_, change) => {
    expect(refusal(change)).toBe('criteria_unreachable');
  });

  it('may ask for what is like a reference picture', () => {
    const similar_to = { reference: `ref_${'0'.repeat(32)}`, min_cosine: 0.8 };
    expect(refusal({ criteria: { all: [{ similar_to }] } })).toBeNull();
  });

  it('may ask in free words where a model for them is configured', () => {
    const criteria = { ...TERMS.criteria, all: [{ open_vocabulary: { prompt: 'a queue outside a bakery' } }] };
    expect(refusal({ criteria }, { ...REACH, open_vocabulary: true })).toBeNull();
    expect(refusal({ criteria })).toBe('criteria_unreachable');
  });

  it('may ask for more than a software key is worth of attested devices, where attestation can be checked', () => {
    const attested = { ...TERMS.criteria, provenance: 'attested' as const };
    const dear = { price: { schedule: 'fixed' as const, amount: '20.000001' } };
    const reach = { ...REACH, attestation: true };
    for (const change of [{}, dear, { purpose: 'markets' as const }]) {
      expect(refusal({ ...change, criteria: attested }, reach)).toBeNull();
      expect(refusal({ ...change, criteria: attested })).toBe('criteria_unreachable');
    }
    expect(refusal(dear, reach)).toBe('criteria_unreachable');
    expect(refusal({ purpose: 'markets' }, reach)).toBe('criteria_unreachable');
  });

  it('may ask for more than one software key is worth when captures are to agree', () => {
    const agreed = { quantity: 2, agreement: { of: 2 } };
    const dear = { price: { schedule: 'fixed' as const, amount: '20.000001' } };
    for (const change of [{}, dear, { purpose: 'markets' as const }])
      expect(refusal({ ...agreed, ...change })).toBeNull();
    expect(refusal({ quantity: 2, agreement: { of: 3 } })).toBe('criteria_unreachable');
  });

  it('may ask for third-party C2PA where trust lists are configured', () => {
    const criteria = { ...TERMS.criteria, c2pa: 'third_party' as const };
    expect(refusal({ criteria }, { ...REACH, third_party_c2pa: true })).toBeNull();
    expect(refusal({ criteria })).toBe('criteria_unreachable');
  });

  it('may ask for a film where one can be decoded', () => {
    expect(refusal({ kind: 'video' }, { ...REACH, video: true })).toBeNull();
  });

  it('are taken at exactly the worth of a software key', () => {
    expect(refusal({ price: { schedule: 'fixed', amount: '20.000000' } })).toBeNull();
  });

  it.each(['.*', '.', '[a-z]*', '(a|b|.)', '\\w?', '^'])(
    'are refused for the pattern %s, which says nothing',
    (pattern) => {
      expect(refusal({ criteria: { all: [{ text: { pattern } }] } })).toBe('pattern_too_wide');
    },
  );

  it.each(['OPEN|CLOSED', '[0-9]{3}-[0-9]{4}', '(?i)platform [0-9]'])('may ask for the text %s', (pattern) => {
    expect(refusal({ criteria: { all: [{ text: { pattern } }] } })).toBeNull();
  });

  it('are refused for syntax that RE2 does not have', () => {
    expect(refusal({ criteria: { all: [{ text: { pattern: '(a)\\1' } }] } })).toBe('invalid_request');
    expect(refusal({ criteria: { all: [{ text: { pattern: '(?=x)' } }] } })).toBe('invalid_request');
  });
});

describe('the money of a bounty', () => {
  const micros = fc.bigInt({ min: 1n, max: 10n ** 15n });

  it('holds at least what every slot can cost', () => {
    fc.assert(
      fc.property(
        micros,
        fc.integer({ min: 0, max: 5_000 }),
        fc.integer({ min: 1, max: 1_000 }),
        (price, bps, quantity) => {
          const fee = feeOf(price, bps);
          expect(fee * 10_000n).toBeGreaterThanOrEqual(price * BigInt(bps));
          expect((fee - 1n) * 10_000n).toBeLessThan(price * BigInt(bps));
          expect(holdOf(price, fee, quantity)).toBe(BigInt(quantity) * (price + fee));
        },
      ),
    );
  });

  it('pays a negative answer its share and never more than the price', () => {
    fc.assert(
      fc.property(micros, fc.bigInt({ min: 2_500n, max: 10_000n }), (price, share) => {
        const pay = payOf(price, 'absent', share);
        expect(pay).toBeLessThanOrEqual(price);
        expect(pay * 10_000n).toBeLessThanOrEqual(price * share);
        expect(payOf(price, 'present', share)).toBe(price);
      }),
    );
  });

  it.each([
    ['0.25', 2_500n],
    ['0.5', 5_000n],
    ['0.3333', 3_333n],
    ['1', 10_000n],
    ['1.0', 10_000n],
  ])('reads the share %s exactly', (text, bps) => {
    expect(shareToBps(text)).toBe(bps);
  });
});

describe('the end of a bounty', () => {
  it('waits for the last slot', () => {
    const over = { state: 'closing', reserved: 0, waiting: 0, appeals: 0, appealable_until: NOW };
    expect(mayFinish(over, NOW)).toBe(true);
    expect(mayFinish({ ...over, appealable_until: null }, NOW)).toBe(true);
    expect(mayFinish({ ...over, appealable_until: NOW + 1 }, NOW)).toBe(false);
    expect(mayFinish({ ...over, appeals: 1 }, NOW)).toBe(false);
    expect(mayFinish({ ...over, reserved: 1 }, NOW)).toBe(false);
    expect(mayFinish({ ...over, waiting: 1 }, NOW)).toBe(false);
    expect(mayFinish({ ...over, state: 'open' }, NOW)).toBe(false);
  });
});

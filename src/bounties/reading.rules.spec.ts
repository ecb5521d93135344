import { bountyTermsSchema, type BountyTermsInput } from '@groundtruth/sdk/protocol';
import type { DomainError } from '../kernel/problem.js';
import { checkReadingCriterion, checkReadingTerms } from './reading.rules.js';

const ASKED = { quantity_kind: 'air_temperature', unit: 'Cel', min: -20, max: 45 };
const READING = { reading: ASKED };
const SHEEP = { object: { label: 'sheep' } };

/** Where the terms are refused; null when they are not. */
function refusedAt(check: () => void): string | null {
  try {
    check();
    return null;
  } catch (error) {
    const { code, facts } = error as DomainError;
    return `${code} ${String(facts.param)}`;
  }
}

describe('the terms of a bounty for a reading', () => {
  const terms = (criteria: BountyTermsInput['criteria'], kind: BountyTermsInput['kind'] = 'reading') =>
    refusedAt(() =>
      checkReadingTerms(
        bountyTermsSchema.parse({
          kind,
          title: 'Air temperature',
          area: { lat: 32.7448, lng: 129.8737, radius_m: 150 },
          window: { closes_at: '2026-11-21T09:00:00Z' },
          criteria,
          price: { schedule: 'fixed', amount: '5.000000' },
        }),
      ),
    );

  it('ask exactly one thing, about a reading', () => {
    expect(terms({ all: [READING] })).toBeNull();
    expect(terms({ all: [READING, READING] })).toBe('criteria_unreachable criteria.all');
    expect(terms({ all: [READING, SHEEP] })).toBe('criteria_unreachable criteria.all');
    expect(terms({ all: [SHEEP] })).toBe('criteria_unreachable criteria.all');
  });

  it('are the only ones that may', () => {
    expect(terms({ all: [READING] }, 'photo')).toBe('criteria_unreachable criteria.all');
    expect(terms({ all: [SHEEP, READING] }, 'video')).toBe('criteria_unreachable criteria.all');
    expect(terms({ all: [SHEEP] }, 'photo')).toBeNull();
  });

  it('ask for an enrolled device, and for nothing that only a picture can show', () => {
    expect(terms({ all: [READING], provenance: 'exif' })).toBe('criteria_unreachable criteria.provenance');
    expect(terms({ all: [READING], provenance: 'attested' })).toBeNull();
    expect(terms({ all: [READING], code_in_scene: true })).toBe('criteria_unreachable criteria.code_in_scene');
    expect(terms({ all: [READING], c2pa: 'third_party' })).toBe('criteria_unreachable criteria.c2pa');
  });
});

describe('what is asked of a reading', () => {
  const asked = (change: Partial<typeof ASKED>) =>
    refusedAt(() => checkReadingCriterion({ ...ASKED, ...change }, 'it'));

  it.each<[Partial<typeof ASKED>, string | null]>([
    [{}, null],
    [{ quantity_kind: 'mood' }, 'criteria_unreachable it.quantity_kind'],
    [{ quantity_kind: 'constructor' }, 'criteria_unreachable it.quantity_kind'],
    [{ unit: 'cel' }, 'criteria_unreachable it.unit'],
    [{ unit: 'hPa' }, 'criteria_unreachable it.unit'],
    [{ unit: 'toString' }, 'criteria_unreachable it.unit'],
    [{ min: 10, max: 9.99 }, 'invalid_request it.max'],
    [{ min: 10, max: 10 }, null],
    [{ min: 60, max: 70 }, null],
    [{ min: 60.01, max: 70 }, 'criteria_unreachable it'],
    [{ min: -100, max: -90.01 }, 'criteria_unreachable it'],
    [{ unit: 'K', min: 333.16, max: 400 }, 'criteria_unreachable it'],
    [{ unit: 'K', min: 333.15, max: 400 }, null],
  ])('%o is refused at %s', (change, param) => {
    expect(asked(change)).toBe(param);
  });
});

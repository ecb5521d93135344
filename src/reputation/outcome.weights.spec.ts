import { CHECK_STAGE, type CheckName } from '@groundtruth/sdk/protocol';
import { kindOf, OUTCOMES, outcomeOf } from './outcome.weights.js';

describe('a rejection', () => {
  const kind = (detail: CheckName | null) => kindOf({ kind: 'rejected', detail });

  it('is told apart by what failed, and by a person', () => {
    expect(kind('challenge')).toBe('rejected_forged');
    expect(kind('geofence')).toBe('rejected_careless');
    expect(kind('objects')).toBe('rejected_content');
    expect(kind(null)).toBe('rejected_by_person');
    expect(kindOf({ kind: 'accepted', detail: null })).toBe('accepted');
  });

  it('by a check of content is never held for fraud', () => {
    for (const check of Object.keys(CHECK_STAGE) as CheckName[])
      if (CHECK_STAGE[check] === 'content') expect(kind(check)).toBe('rejected_content');
  });
});

describe('the table of outcomes', () => {
  it('weighs rejections without evidence of fraud less than an acceptance, and forgeries more', () => {
    const of = OUTCOMES['contributor.acceptance'];
    expect(of.rejected_content.weight).toBeLessThan(of.rejected_careless.weight);
    expect(of.rejected_by_person.weight).toBeLessThan(of.accepted.weight);
    expect(of.rejected_forged.weight).toBeGreaterThan(of.accepted.weight);
  });

  it('says nothing of a kind that it does not name', () => {
    expect(outcomeOf('contributor.acceptance', 'toString')).toBeNull();
    expect(outcomeOf('agent.reviews', 'accepted')).toBeNull();
  });
});

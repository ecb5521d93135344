import type { C2paEvidence } from '../decoder/evidence.js';
import { evidenceOf, lost, ok, UNSIGNED } from '../verify.fixture.js';
import { c2pa, c2paProven } from './c2pa.js';
import { tierOf } from './tier.js';

const { context } = evidenceOf();
const mine = {
  bounty_id: context.bounty_id as string,
  reservation_id: context.reservation_id as string,
  nonce: context.challenge.nonce,
};
const LISTED = 'ab'.repeat(32);
const found = (change: Partial<C2paEvidence>, wanted: 'any' | 'third_party' = 'any') =>
  evidenceOf({ criteria: { c2pa: wanted } }, { c2pa: ok({ ...UNSIGNED, trust_list_sha256: LISTED, ...change }) });

describe('a C2PA manifest', () => {
  it.each<[C2paEvidence['state'], string, string | undefined]>([
    ['absent', 'pass', undefined],
    ['untrusted', 'pass', undefined],
    ['platform', 'pass', undefined],
    ['third_party', 'pass', undefined],
    ['invalid', 'fail', 'edited_after_signing'],
    ['unreadable', 'unavailable', 'unreadable'],
  ])('that is %s is a %s where none is asked for', (state, status, reason) => {
    const judgement = c2pa(found({ state }))!;
    expect([judgement.status, judgement.evidence.reason]).toEqual([status, reason]);
  });

  it.each<[C2paEvidence['state'], string, string | undefined]>([
    ['absent', 'fail', 'no_manifest'],
    ['untrusted', 'fail', 'untrusted_signer'],
    ['platform', 'fail', 'platform_signer'],
    ['third_party', 'pass', undefined],
    ['invalid', 'fail', 'edited_after_signing'],
    ['unreadable', 'unavailable', 'unreadable'],
  ])('that is %s is a %s where a third party’s is asked for', (state, status, reason) => {
    const judgement = c2pa(found({ state }, 'third_party'))!;
    expect([judgement.status, judgement.evidence.reason]).toEqual([status, reason]);
  });

  it('of a stranger says nothing where the verifier was given no list: a person looks', () => {
    expect(c2pa(found({ state: 'untrusted', trust_list_sha256: null }, 'third_party'))).toMatchObject({
      status: 'unavailable',
      evidence: { reason: 'no_trust_list' },
    });
  });

  it.each(['bounty_id', 'reservation_id', 'nonce'] as const)('with a statement of another %s fails', (field) => {
    for (const wanted of ['any', 'third_party'] as const) {
      expect(c2pa(found({ state: 'third_party', captures: [mine] }, wanted))?.status).toBe('pass');
      const replayed = found({ state: 'third_party', captures: [mine, { ...mine, [field]: 'another' }] }, wanted);
      expect(c2pa(replayed)).toMatchObject({ status: 'fail', evidence: { reason: 'other_reservation' } });
      expect(c2paProven(replayed)).toBe('absent');
    }
  });

  it.each([
    ['trainedAlgorithmicMedia', 'fail'],
    ['compositeWithTrainedAlgorithmicMedia', 'fail'],
    ['screenCapture', 'fail'],
    ['digitalCapture', 'pass'],
    ['computationalCapture', 'pass'],
  ])('that says of itself %s is a %s', (term, status) => {
    for (const state of ['untrusted', 'third_party'] as const)
      expect(c2pa(found({ state, source_types: ['digitalCapture', term] }))?.status).toBe(status);
  });

  it('waits until it was read, and is unavailable when the decoder was lost', () => {
    expect(c2pa(evidenceOf({}, { c2pa: undefined }))).toBeNull();
    expect(c2pa(evidenceOf({}, { c2pa: lost('timeout') }))).toMatchObject({ status: 'unavailable' });
  });

  it('keeps texts of strangers fit to store', () => {
    const { evidence } = c2pa(found({ state: 'untrusted', signer: 'a\u0000b\ud800' }))!;
    expect(evidence.signer).toBe('a b ');
  });
});

describe('what a manifest is worth on the verdict', () => {
  it.each<[C2paEvidence['state'], string]>([
    ['absent', 'absent'],
    ['untrusted', 'absent'],
    ['invalid', 'absent'],
    ['unreadable', 'absent'],
    ['platform', 'platform'],
    ['third_party', 'third_party'],
  ])('when it is %s: %s', (state, worth) => {
    expect(c2paProven(found({ state }))).toBe(worth);
  });

  it('is never a tier', () => {
    for (const state of ['platform', 'third_party'] as const)
      for (const signer of [undefined, null] as const) {
        const without = tierOf(evidenceOf({ signer }));
        expect(tierOf(evidenceOf({ signer }, { c2pa: ok({ ...UNSIGNED, state, captures: [mine] }) }))).toBe(without);
      }
  });

  it('is nothing when it was not read', () => {
    expect(c2paProven(evidenceOf({}, { c2pa: undefined }))).toBe('absent');
    expect(c2paProven(evidenceOf({}, { c2pa: lost('crashed') }))).toBe('absent');
  });
});

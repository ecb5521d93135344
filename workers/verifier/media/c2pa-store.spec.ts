import fc from 'fast-check';
import { CAPTURE_ASSERTION_LABEL } from '@groundtruth/sdk/protocol';
import { c2paEvidenceSchema, STRANGER_TEXT_MAX } from '../decoder/evidence.js';
import { mayHoldManifest } from './c2pa-marker.js';
import { findingOf } from './c2pa-store.js';

/** A report as the reader makes it, with these failures. */
const report = (
  state: string,
  codes: string[] = [],
  { ingredients = [] as string[], assertions = [] as { label: string; data: unknown }[], name = 'Maker' } = {},
) => ({
  active_manifest: 'urn:1',
  manifests: { 'urn:1': { assertions, signature_info: { common_name: name } } },
  validation_results: {
    activeManifest: { failure: codes.map((code) => ({ code })) },
    ingredientDeltas: [{ validationDeltas: { failure: ingredients.map((code) => ({ code })) } }],
  },
  validation_state: state,
});
const AT = Date.parse('2026-11-21T00:00:00Z');
/** The reader's account of certificates that hold on that day. */
const account = (notBefore = '2026-11-20T00:00:00+00:00', notAfter = '2026-11-22T00:00:00+00:00', label = 'urn:1') =>
  JSON.stringify({
    manifests: [
      { label: 'urn:0', signature: { nothing: 'of use' } },
      { label, signature: { certificateInfo: { validity: { notBefore, notAfter } } } },
    ],
  });
const found = (store: object, trusted_by: 'platform' | 'third_party' | null = null, certificates = account()) =>
  findingOf({ trusted_by, store: JSON.stringify(store), certificates: trusted_by && certificates }, AT);

describe('a report of the reader', () => {
  it.each<[string, string, string[], 'third_party' | null, string]>([
    ['trusted by a list', 'Trusted', [], 'third_party', 'third_party'],
    ['trusted by nobody’s list', 'Trusted', [], null, 'untrusted'],
    ['valid', 'Valid', ['signingCredential.untrusted'], null, 'untrusted'],
    ['expired', 'Invalid', ['signingCredential.untrusted', 'signingCredential.expired'], null, 'untrusted'],
    ['signed outside validity', 'Invalid', ['claimSignature.outsideValidity'], null, 'untrusted'],
    ['signed by another', 'Invalid', ['claimSignature.mismatch'], null, 'invalid'],
    ['changed', 'Invalid', ['signingCredential.expired', 'assertion.dataHash.mismatch'], null, 'invalid'],
    ['without a listed reason', 'Invalid', [], null, 'invalid'],
    ['of another kind of failure', 'Invalid', ['com.example.unheard'], null, 'invalid'],
  ])('%s', (_, state, codes, trusted_by, expected) => {
    expect(found(report(state, codes), trusted_by).state).toBe(expected);
  });

  it('counts the failures of what the picture was made from: a lost one is an edit, a stranger’s is none', () => {
    const lost = report('Invalid', [], { ingredients: ['ingredient.manifest.missing'] });
    expect(found(lost)).toMatchObject({ state: 'invalid', codes: ['ingredient.manifest.missing'] });
    for (const code of ['signingCredential.untrusted', 'signingCredential.expired']) {
      const strangers = report('Trusted', [], { ingredients: [code] });
      expect(found(strangers, 'third_party')).toMatchObject({ state: 'third_party', codes: [code] });
    }
  });

  it('yields what our assertions say, also malformed ones, which name no reservation', () => {
    const good = { bounty_id: 'b', reservation_id: 'r', nonce: 'n' };
    const assertions = [
      { label: CAPTURE_ASSERTION_LABEL, data: { ...good, lat: 1 } },
      { label: `${CAPTURE_ASSERTION_LABEL}__1`, data: { bounty_id: 7 } },
      { label: `${CAPTURE_ASSERTION_LABEL}__2`, data: 'text' },
      { label: 'com.example.capture', data: good },
    ];
    const nameless = { bounty_id: '', reservation_id: '', nonce: '' };
    expect(found(report('Valid', [], { assertions })).captures).toEqual([good, nameless, nameless]);
  });

  it('yields the last word of every source type', () => {
    const actions = [
      { action: 'c2pa.created', digitalSourceType: 'http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture' },
      { action: 'c2pa.edited', digitalSourceType: 'trainedAlgorithmicMedia' },
      { action: 'c2pa.edited', digitalSourceType: 7 },
      'nonsense',
    ];
    const assertions = [{ label: 'c2pa.actions.v2', data: { actions } }];
    expect(found(report('Valid', [], { assertions })).source_types).toEqual([
      'digitalCapture',
      'trainedAlgorithmicMedia',
    ]);
  });

  it('of any other form is unreadable', () => {
    for (const store of ['', '{', 'null', '[]', '{"validation_state":"Trusted"}'])
      expect(findingOf({ trusted_by: 'third_party', store, certificates: account() }, AT).state).toBe('unreadable');
  });

  it.each([
    ['holds from that moment', '2026-11-21T00:00:00+00:00', '2026-11-22T00:00:00+00:00', 'platform'],
    ['holds until that moment', '2026-11-20T00:00:00+00:00', '2026-11-21T00:00:00+00:00', 'platform'],
    ['holds from a second later', '2026-11-21T00:00:01+00:00', '2026-11-22T00:00:00+00:00', 'untrusted'],
    ['held until a second before', '2026-11-20T00:00:00+00:00', '2026-11-20T23:59:59+00:00', 'untrusted'],
    ['has no dates', 'soon', 'later', 'untrusted'],
  ])('that trusts a certificate, whatever its time stamp says: it %s', (_, from, until, expected) => {
    const { state, codes } = found(report('Trusted'), 'platform', account(from, until));
    expect([state, codes]).toEqual([expected, expected === 'untrusted' ? ['signingCredential.expired'] : []]);
  });

  it('that trusts certificates it gives no account of is no trust', () => {
    for (const certificates of ['{', '{}', account(undefined, undefined, 'urn:2')])
      expect(found(report('Trusted'), 'third_party', certificates).state).toBe('untrusted');
  });

  it('always fits the evidence, whatever strangers wrote', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constant('x'.repeat(5_000)));
    const assertion = fc.record({
      label: fc.constantFrom('c2pa.actions', CAPTURE_ASSERTION_LABEL, 'other'),
      data: fc.oneof(
        fc.jsonValue(),
        fc.record({ bounty_id: text, reservation_id: text, nonce: text }),
        text.map((digitalSourceType) => ({ actions: [{ digitalSourceType }] })),
      ),
    });
    const stores = fc.record({
      codes: fc.array(text, { maxLength: 40 }),
      assertions: fc.array(assertion, { maxLength: 40 }),
      name: text,
      state: fc.constantFrom('Trusted', 'Valid', 'Invalid'),
    });
    fc.assert(
      fc.property(stores, ({ codes, assertions, name, state }) => {
        const evidence = {
          ...found(report(state, codes, { assertions, name })),
          trust_list_sha256: null,
          duration_ms: 1,
        };
        expect(c2paEvidenceSchema.parse(evidence).signer?.length ?? 0).toBeLessThanOrEqual(STRANGER_TEXT_MAX);
      }),
    );
  });
});

describe('the search for a manifest', () => {
  it('finds the head of a store or a pointer to one anywhere, and nothing in words about them', () => {
    const head = Buffer.from('63327061001100108000' + '00aa00389b71', 'hex');
    expect(mayHoldManifest(Buffer.concat([Buffer.alloc(5_000), head]))).toBe(true);
    expect(mayHoldManifest(Buffer.from('<x dcterms:provenance="https://example.org/m"/>'))).toBe(true);
    expect(mayHoldManifest(Buffer.from('c2pa jumb jumd'))).toBe(false);
  });
});

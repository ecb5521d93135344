import { decide, provenancePassed } from '@groundtruth/sdk/protocol';
import { ADVICE, Bench, TO_CONTENT, TO_HASH, statuses } from './verify.bench.js';
import { DECODED, INSPECTED, PHOTO, STRANGER_KEY, T0, T1, ok, read, seen, type Spoil } from './verify.fixture.js';

describe('the verifier stops early', () => {
  const replayed = { manifest: { challenge_nonce: 'a-nonce-of-yesterday-00' } };
  it.each<[string, Spoil, (bench: Bench) => void, string, string[]]>([
    ['a window long gone', { context: { t0: T0 + 86_400_000, t1: T1 + 86_400_000 } }, () => {}, 'window', []],
    ['a place far away', { manifest: { place: { lat: 0, lng: 0, accuracy_m: 5 } } }, () => {}, 'geofence', []],
    ['a stale interval', { criteria: { max_age_s: 60 } }, () => {}, 'freshness', []],
    ['a replayed nonce', replayed, () => {}, 'challenge', []],
    ['an unsigned manifest', { signer: null }, () => {}, 'provenance', []],
    ['a forged signature', { signer: STRANGER_KEY }, () => {}, 'provenance', []],
    ['a demand for an attested device', { criteria: { provenance: 'attested' } }, () => {}, 'provenance', []],
    ['a seal of another manifest', { context: { seal: '00'.repeat(32) } }, () => {}, 'integrity', []],
    [
      'a flipped byte',
      {},
      (b) => (b.downloaded = ok({ content: PHOTO, sha256: '11'.repeat(32), duration_ms: 1 })),
      'integrity',
      ['download'],
    ],
    [
      'a file of another kind',
      {},
      (b) => (b.inspected = ok({ ...INSPECTED, refusal: { reason: 'unsupported_type', detail: '' } })),
      'format',
      ['download', 'inspect'],
    ],
    [
      'a truncated file',
      {},
      (b) => (b.decoded = ok({ ...DECODED, refusal: { reason: 'truncated', detail: '' } })),
      'format',
      ['download', 'inspect', 'c2pa', 'decode'],
    ],
    ['a near-duplicate', {}, (b) => (b.near = true), 'duplicate', TO_HASH],
  ])('at %s', async (_what, spoil, arrange, failed, asked) => {
    const bench = new Bench(spoil);
    arrange(bench);
    const verdict = await bench.verdict();
    expect(verdict.outcome).toBe('rejected');
    expect(decide(verdict.criteria, verdict.declared, verdict.tier, verdict.checks).failed_check).toBe(failed);
    expect(bench.asked).toEqual(asked);
  });

  const both = { all: [{ object: { label: 'boat' } }, { text: { pattern: 'OPEN' } }] };
  it('at a missing object, before the text', async () => {
    const bench = new Bench({ criteria: both });
    bench.things = ok(seen());
    expect((await bench.verdict()).outcome).toBe('rejected');
    expect(bench.asked).toEqual([...TO_CONTENT, 'objects']);
  });

  it('at a missing object, after every answer that an appeal against it rests on', async () => {
    const bench = new Bench({ criteria: { all: [{ object: { label: 'boat' } }], code_in_scene: true } });
    bench.things = ok(seen());
    bench.words = ok(read('KX7-42P'));
    const { outcome, criteria, checks } = await bench.verdict();
    expect([outcome, provenancePassed(criteria, checks)]).toEqual(['rejected', true]);
    expect(bench.asked).toEqual([...TO_CONTENT, 'text', 'objects']);
  });

  it('at a failed origin also when absence is declared', async () => {
    const bench = new Bench({ manifest: { finding: 'absent', place: { lat: 0, lng: 0, accuracy_m: 5 } } });
    expect((await bench.verdict()).outcome).toBe('rejected');
    expect(bench.asked).toEqual([]);
  });

  it('but not at a missing object when absence is declared: every detector must speak', async () => {
    const bench = new Bench({ criteria: { ...both, code_in_scene: true }, manifest: { finding: 'absent' } });
    bench.things = ok(seen());
    bench.words = ok(read('KX7-42P'));
    const verdict = await bench.verdict();
    expect(bench.asked).toEqual([...TO_CONTENT, 'text', 'objects', ...ADVICE]);
    // The text reader never vouches for absence, so a person must look.
    expect([verdict.outcome, statuses(verdict).text]).toEqual(['review', 'fail']);
  });
});

import { Bench, statuses } from './verify.bench.js';
import { EXIF, INSPECTED, T0, T1, contextOf, ok, read, seen, type Spoil } from './verify.fixture.js';

describe('a declared absence', () => {
  const noBoat: Spoil = { criteria: { code_in_scene: true }, manifest: { finding: 'absent' } };
  const judged = async (spoil: Spoil, score: number, words: string) => {
    const bench = new Bench(spoil);
    bench.things = ok(seen(['boat', score]));
    bench.words = ok(read(words));
    return bench.verdict();
  };

  it('is accepted when the code was read and no boat is to be seen', async () => {
    expect(await judged(noBoat, 0.07, 'KX7-42P')).toMatchObject({ outcome: 'accepted', finding: 'absent' });
  });

  it('goes to a person when the detector is not sure, or nothing proves that the camera was there', async () => {
    expect((await judged(noBoat, 0.09, 'KX7-42P')).outcome).toBe('review');
    expect((await judged(noBoat, 0.9, 'KX7-42P')).outcome).toBe('review');
    expect((await judged({ manifest: { finding: 'absent' } }, 0.01, '')).outcome).toBe('review');
  });

  it('needs no code from an attested device', async () => {
    const attested = { context: { device: { ...contextOf().device!, attested_at: T0 } } };
    const verdict = await judged({ ...attested, manifest: { finding: 'absent' } }, 0.01, '');
    expect(verdict).toMatchObject({ outcome: 'accepted', finding: 'absent', tier: 'attested' });
  });

  it('is rejected without the code', async () => {
    expect((await judged(noBoat, 0.01, 'no code here')).outcome).toBe('rejected');
  });
});

describe('the code in the scene', () => {
  it.each([
    ['KX7-42P', 'accepted', ['objects']],
    ['KX7-42R', 'review', ['objects']],
    ['CLOSED', 'rejected', []],
  ])('read as %s makes the capture %s', async (words, outcome, content) => {
    const bench = new Bench({ criteria: { code_in_scene: true } });
    bench.words = ok(read(words));
    const verdict = await bench.verdict();
    expect(verdict.outcome).toBe(outcome);
    const looked = Object.keys(statuses(verdict));
    expect(looked).toEqual(expect.arrayContaining(['provenance', 'challenge', 'duplicate', ...content]));
    expect(looked.includes('objects')).toBe(content.length > 0);
  });

  it('lets an unsigned capture reach tier nonce, and no further', async () => {
    const bench = new Bench({ signer: null, criteria: { provenance: 'nonce' } });
    bench.words = ok(read('KX7-42P'));
    expect(await bench.verdict()).toMatchObject({ outcome: 'accepted', tier: 'nonce' });
  });
});

describe('what a forger can and cannot do', () => {
  /** False place, false clock, false EXIF, all consistent, sealed by a key that was really enrolled, over a nonce really issued. */
  const forgery = (provenance: string): Bench => {
    const bench = new Bench({ criteria: { provenance } });
    bench.inspected = ok({ ...INSPECTED, exif: { ...EXIF, make: 'Any', software: null } });
    return bench;
  };

  it('a complete forgery by an enrolled software key is accepted at tier signed, and the verdict says no more than that', async () => {
    expect(await forgery('signed').verdict()).toMatchObject({ outcome: 'accepted', tier: 'signed' });
  });

  it('the same forgery is refused where an attested device is required', async () => {
    const verdict = await forgery('attested').verdict();
    expect([verdict.outcome, statuses(verdict).provenance]).toEqual(['rejected', 'fail']);
  });

  it('a nonce of another reservation proves nothing, whoever signed it', async () => {
    const verdict = await new Bench({ manifest: { reservation_id: `rsv_${'f'.repeat(32)}` } }).verdict();
    expect([verdict.outcome, verdict.tier]).toEqual(['rejected', 'none']);
  });

  it.each([
    ['had expired before the seal was seen', { certificate_until: T1 - 1 }, 'rejected'],
    ['expires right after', { certificate_until: T1 }, 'accepted'],
  ])('a certificate that %s', async (_when, certificate, outcome) => {
    const { device } = contextOf();
    expect((await new Bench({ context: { device: { ...device!, ...certificate } } }).verdict()).outcome).toBe(outcome);
  });

  it('a camera that is wrong by a day is not rejected but looked at', async () => {
    const bench = new Bench();
    bench.inspected = ok({ ...INSPECTED, exif: { ...EXIF, gps_at: T0 + 86_400_000 } });
    const verdict = await bench.verdict();
    expect([verdict.outcome, statuses(verdict).provenance]).toEqual(['review', 'inconclusive']);
  });
});

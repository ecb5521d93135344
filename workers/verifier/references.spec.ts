import { Bench, ADVICE, TO_CONTENT, statuses } from './verify.bench.js';
import { PHOTO, PHOTO_SHA256, alike, lost, ok, type Spoil } from './verify.fixture.js';

const SQUARE = `ref_${'1'.repeat(32)}`;
const KNOWN = { id: SQUARE, sha256: PHOTO_SHA256, media_type: 'image/jpeg' as const, bytes: PHOTO.length };
const similarTo = (references: object[] = [KNOWN]): Spoil => ({
  criteria: { all: [{ similar_to: { reference: SQUARE, min_cosine: 0.8 } }] },
  context: { references: references as (typeof KNOWN)[] },
});

describe('a reference picture', () => {
  it('is fetched and compared once the photo itself has been looked at', async () => {
    const bench = new Bench(similarTo());
    expect((await bench.verdict()).outcome).toBe('accepted');
    expect(bench.asked).toEqual([...TO_CONTENT, 'download', 'compare', ...ADVICE]);
  });

  it('decides: unlike is rejected, nearly like goes to a person', async () => {
    const bench = new Bench(similarTo());
    bench.likeness = ok(alike(0.3));
    expect(await bench.verdict()).toMatchObject({ outcome: 'rejected' });
    bench.likeness = ok(alike(0.7));
    expect(await bench.verdict()).toMatchObject({ outcome: 'review' });
  });

  it('is what the database says, not what the job brings: other bytes are compared with nothing', async () => {
    const bench = new Bench(similarTo([{ ...KNOWN, sha256: '99'.repeat(32) }]));
    const verdict = await bench.verdict();
    expect([verdict.outcome, statuses(verdict).similarity]).toEqual(['review', 'unavailable']);
    expect(bench.asked).not.toContain('compare');
  });

  it('that the database does not know is compared with nothing', async () => {
    const bench = new Bench(similarTo([]));
    expect(await bench.verdict()).toMatchObject({ outcome: 'review' });
    expect(bench.asked).not.toContain('compare');
  });

  it('that brings down two decoders sends the capture to a person', async () => {
    const bench = new Bench(similarTo());
    bench.likeness = lost('crashed');
    expect(await bench.verdict()).toMatchObject({ outcome: 'review' });
    expect(bench.asked.filter((question) => question === 'compare')).toHaveLength(2);
  });
});

describe('a capture that resembles an earlier one', () => {
  it('goes to a person, and is neither accepted nor rejected', async () => {
    const bench = new Bench();
    bench.resembling = true;
    const verdict = await bench.verdict();
    expect([verdict.outcome, statuses(verdict).resemblance]).toEqual(['review', 'inconclusive']);
  });

  it('is taken by a bounty that asks for no unique captures, and is remembered', async () => {
    const bench = new Bench({ criteria: { unique: false } });
    bench.resembling = true;
    expect((await bench.verdict()).outcome).toBe('accepted');
    expect(bench.asked).toContain('resembles');
  });
});

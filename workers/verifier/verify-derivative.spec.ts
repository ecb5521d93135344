import { createHash } from 'node:crypto';
import { DERIVATIVE_BYTES_MAX, verdictJobSchema } from '@groundtruth/sdk/protocol';
import type { RedactEvidence } from './decoder/evidence.js';
import { Bench } from './verify.bench.js';
import { lost, ok, read, seen, type Spoil } from './verify.fixture.js';

const JPEG = new TextEncoder().encode('<script>a stranger’s bytes</script>');
const DEPOSIT = { url: 'http://127.0.0.1/deposit', attempt: 3 };
const REDACTED: RedactEvidence = {
  withheld: null,
  regions: { face: 2, head: 1, plate: 0, text: 1 },
  covered_share: 0.1,
  width: 1024,
  height: 768,
  objects: seen(['boat', 0.8]),
  text: null,
  model_sha256: 'ef'.repeat(32),
  provider: 'cpu',
  duration_ms: 300,
};

/** A bench whose job wants a derivative, and whose decoder makes this one. */
function benchOf(evidence: Partial<RedactEvidence> = {}, bytes: Uint8Array = JPEG, spoil: Spoil = {}): Bench {
  const bench = new Bench(spoil);
  bench.deposit = DEPOSIT;
  bench.redacted = ok({ evidence: { ...REDACTED, ...evidence }, bytes });
  return bench;
}

const derivativeOf = async (bench: Bench) => (await bench.verify())!.derivative;

describe('the derivative of an accepted capture', () => {
  it('is stored as it came, counted and hashed but never opened, and named beside the verdict with its own checks', async () => {
    const bench = benchOf();
    const job = verdictJobSchema.parse(await bench.verify());
    expect(job.verdict.outcome).toBe('accepted');
    expect(bench.stored).toEqual([JPEG]);
    expect(job.derivative).toMatchObject({
      attempt: 3,
      withheld: null,
      media: {
        sha256: createHash('sha256').update(JPEG).digest('hex'),
        bytes: JPEG.length,
        width: 1024,
        height: 768,
        regions: 4,
        checks: [{ check: 'objects', status: 'pass', score: 0.8 }],
      },
    });
  });

  it('is not made for a job that wants none, nor of a rejected capture', async () => {
    const wanting = benchOf();
    wanting.deposit = null;
    expect(await derivativeOf(wanting)).toBeNull();
    const rejected = benchOf();
    rejected.things = ok(seen());
    const answer = await rejected.verify();
    expect([answer!.verdict.outcome, answer!.derivative]).toEqual(['rejected', null]);
    for (const bench of [wanting, rejected]) {
      expect(bench.asked.join()).not.toContain('redact');
      expect(bench.stored).toEqual([]);
    }
  });

  it('is made for a review, so that its requester can look', async () => {
    const bench = benchOf({ objects: seen(['boat', 0.3]) });
    bench.things = ok(seen(['boat', 0.3]));
    const answer = await bench.verify();
    expect([answer!.verdict.outcome, answer!.derivative?.withheld]).toEqual(['review', null]);
  });

  it('spares the lines of text that the bounty’s patterns match, and no others', async () => {
    const criteria = { all: [{ text: { pattern: 'OPEN' } }] };
    const bench = benchOf({ objects: null, text: read('OPEN') }, JPEG, { criteria });
    const lines = read('now', 'OPEN').lines.map((line, i) => ({
      ...line,
      box: { x: 0, y: i / 2, width: 1, height: 0.1 },
    }));
    bench.words = ok({ ...read(), lines });
    const asked: unknown[] = [];
    const redact = bench.redact;
    bench.redact = (request) => {
      asked.push(request);
      return redact(request);
    };
    expect((await derivativeOf(bench))?.media?.checks).toMatchObject([{ check: 'text', status: 'pass' }]);
    expect(asked).toEqual([{ labels: [], text: true, kept: [lines[1]!.box] }]);
  });
});

describe('the derivative of a capture accepted on appeal', () => {
  /** An upheld appeal of a capture whose photo no decoder holds. */
  function appealed(): Bench {
    const bench = benchOf();
    const { capture_id, mode, bounty_id, criteria, declared, seal, salt, attempt } = bench.capture;
    const subject = { capture_id, mode, bounty_id, criteria, declared, seal, salt, attempt };
    const decided = { basis: 'appeal', decision: 'accept', finding: null, reason: null, decided_at: 0 } as const;
    bench.recorded = { ...subject, ...decided, checks: [], tier: 'signed', c2pa: 'absent' };
    return bench;
  }

  it('is made then, from the photo opened anew', async () => {
    const bench = appealed();
    const answer = await bench.verify();
    expect([answer!.verdict.basis, answer!.derivative?.withheld]).toEqual(['appeal', null]);
    expect(bench.asked).toEqual(['download', 'inspect', 'decode', 'redact boat']);
    expect(bench.stored).toEqual([JPEG]);
  });

  it('is withheld when the stored photo is another one, which no decoder is shown', async () => {
    const bench = appealed();
    bench.downloaded = ok({ content: JPEG, sha256: '00'.repeat(32), duration_ms: 1 });
    expect((await derivativeOf(bench))?.withheld).toBe('not_decoded');
    expect(bench.asked).toEqual(['download']);
  });

  it('is not made when the appeal rejects, or a derivative is there', async () => {
    const [rejected, there] = [appealed(), appealed()];
    rejected.recorded = { ...rejected.recorded!, decision: 'reject' };
    there.deposit = null;
    for (const bench of [rejected, there]) {
      expect(await derivativeOf(bench)).toBeNull();
      expect(bench.asked).toEqual([]);
    }
  });
});

describe('a derivative is withheld, and the verdict stands,', () => {
  it.each([
    [
      'when the redaction would cover the fact',
      benchOf({ withheld: 'covers_the_fact' }, new Uint8Array()),
      'covers_the_fact',
    ],
    [
      'when it no longer shows what the original showed',
      benchOf({ objects: seen(['boat', 0.05]) }),
      'fact_not_visible',
    ],
    ['when it is larger than allowed', benchOf({}, new Uint8Array(DERIVATIVE_BYTES_MAX + 1)), 'too_large'],
    ['when it has no size', benchOf({ width: null }), 'redaction_failed'],
    ['when it has no bytes', benchOf({}, new Uint8Array()), 'redaction_failed'],
  ])('%s', async (_when, bench, reason) => {
    const answer = await bench.verify();
    expect([answer!.verdict.outcome, answer!.derivative]).toEqual(['accepted', { media: null, withheld: reason }]);
    expect(bench.stored).toEqual([]);
  });

  it('when the decoder dies over it', async () => {
    const bench = benchOf();
    bench.redacted = lost('crashed');
    const answer = await bench.verify();
    expect([answer!.verdict.outcome, answer!.derivative?.withheld]).toEqual(['accepted', 'redaction_failed']);
  });

  it('down to the score at which a check fails, and not above it', async () => {
    expect((await derivativeOf(benchOf({ objects: seen(['boat', 0.179]) })))?.withheld).toBe('fact_not_visible');
    expect((await derivativeOf(benchOf({ objects: seen(['boat', 0.181]) })))?.withheld).toBeNull();
  });
});

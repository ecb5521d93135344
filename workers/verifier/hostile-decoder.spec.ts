import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { recoverTypedDataAddress } from 'viem';
import { verdictMessage, type Verdict } from '@groundtruth/sdk/protocol';
import { ManualClock } from '../../src/kernel/clock.js';
import { MODEL_CARDS } from './cards.js';
import { EVIDENCE_SCHEMAS, type Stage } from './decoder/protocol.js';
import { DecoderProcess } from './decoder-process.js';
import { verify } from './verify.js';
import { ACCOUNTS, Bench, NOW } from './verify.bench.js';
import { jobOf, ok, read } from './verify.fixture.js';

/** What a decoder that was taken over does, once it is asked for this stage. */
type Turn = { readonly turns_at: string } & (
  { readonly death: true } | { readonly raw: string } | { readonly evidence: unknown }
);

const CRITERIA = { all: [{ object: { label: 'boat' } }, { text: { pattern: 'OPEN' } }] };
const STAGES = Object.keys(EVIDENCE_SCHEMAS) as Stage[];
/** Stages that an honest capture of these criteria cannot do without. */
const NEEDED: Stage[] = ['inspect', 'decode', 'hash', 'objects', 'text', 'embed'];

let decoder: DecoderProcess;
beforeAll(async () => {
  decoder = await DecoderProcess.start({
    program: [resolve(__dirname, '../../test/support/lying-decoder.cjs')],
    cache_directory: join(tmpdir(), 'no-models'),
    package_root: process.cwd(),
    // Bytes that look like the beginning of a frame make it late; an honest answer of this child takes a few milliseconds.
    limits: { stage_ms: 5_000 },
  });
});
afterAll(() => decoder.stop());

/** The verdict on a capture whose photo tells the decoder when and how to turn; without a turn it is honest. */
async function verdictOf(turn?: Turn): Promise<{ verdict: Verdict; bench: Bench }> {
  const content = new TextEncoder().encode(JSON.stringify({ honest: await honestEvidence(), ...turn }));
  const sha256 = createHash('sha256').update(content).digest('hex');
  const bench = new Bench({
    criteria: CRITERIA,
    manifest: { media: { sha256, media_type: 'image/jpeg', bytes: content.length } },
  });
  const download = async () => ok({ content, sha256, duration_ms: 1 });
  bench.context = async () => bench.capture;
  const upload = async () => undefined;
  const parts = {
    records: bench,
    download,
    upload,
    cards: MODEL_CARDS,
    clock: new ManualClock(NOW),
    accounts: ACCOUNTS,
  };
  const answer = await verify(jobOf(bench.capture), parts, decoder).finally(() => decoder.forget());
  return { verdict: answer!.verdict, bench };
}

/** What the stand-in decoder of the other specs says of an honest photo, stage by stage. */
async function honestEvidence(): Promise<Record<string, unknown>> {
  const bench = new Bench();
  bench.words = ok(read('OPEN'));
  const asked = bench as unknown as Record<string, (() => Promise<{ ok: boolean; value?: unknown }>) | undefined>;
  const said = await Promise.all(STAGES.map(async (stage) => [stage, (await asked[stage]?.())?.value] as const));
  return Object.fromEntries(said);
}

/** Signed by the verifier's key over exactly this, and about its own capture. */
async function isOurs(verdict: Verdict, bench: Bench): Promise<boolean> {
  const signer = await recoverTypedDataAddress({ ...verdictMessage(verdict), signature: verdict.signature });
  return signer === ACCOUNTS.test.address && verdict.capture_id === bench.capture.capture_id;
}

const anyTurn = fc
  .tuple(
    fc.constantFrom(...NEEDED),
    fc.oneof(
      fc.uint8Array({ minLength: 8, maxLength: 80 }).map((bytes) => ({ raw: Buffer.from(bytes).toString('base64') })),
      fc.jsonValue({ maxDepth: 3 }).map((evidence) => ({ evidence })),
      fc.constant({ death: true as const }),
    ),
  )
  .map(([turns_at, does]): Turn => ({ turns_at, ...does }));

describe('a decoder that was taken over by a photo', () => {
  it('and does nothing of it lets the capture be accepted, so that the rest of this page tests something', async () => {
    expect((await verdictOf()).verdict.outcome).toBe('accepted');
  });

  it('can with arbitrary bytes, answers or its death at most send its own capture to a person; the next is judged as ever', async () => {
    await fc.assert(
      fc.asyncProperty(anyTurn, async (turn) => {
        const { verdict, bench } = await verdictOf(turn);
        expect(verdict.outcome).toBe('review');
        expect(verdict.checks.some(({ status }) => status === 'fail')).toBe(false);
        expect(await isOurs(verdict, bench)).toBe(true);
        expect((await verdictOf()).verdict.outcome).toBe('accepted');
      }),
      { numRuns: 40 },
    );
  }, 180_000);

  it.each(NEEDED)('and dies at %s takes its capture no further than to a person', async (turns_at) => {
    expect((await verdictOf({ turns_at, death: true })).verdict.outcome).toBe('review');
  });

  it('cannot say a word about the checks that look at no picture', async () => {
    const { verdict } = await verdictOf({ turns_at: 'inspect', death: true });
    const said = Object.fromEntries(verdict.checks.map(({ check, status }) => [check, status]));
    expect(said).toMatchObject({ integrity: 'pass', window: 'pass', geofence: 'pass', freshness: 'pass' });
  });

  it('has no word for a verdict, another capture or a queue: every member it invents is refused', async () => {
    const honest = await honestEvidence();
    for (const extra of [
      { outcome: 'accepted' },
      { capture_id: `cap_${'2'.repeat(32)}` },
      { queue: 'verdicts' },
      { signature: `0x${'0'.repeat(130)}` },
    ]) {
      for (const stage of NEEDED) {
        const evidence = { ...(honest[stage] as object), ...extra };
        expect(EVIDENCE_SCHEMAS[stage].safeParse(honest[stage]).success).toBe(true);
        expect(EVIDENCE_SCHEMAS[stage].safeParse(evidence).success).toBe(false);
      }
      const { verdict } = await verdictOf({
        turns_at: 'objects',
        evidence: { ...(honest.objects as object), ...extra },
      });
      expect(verdict.outcome).toBe('review');
    }
  });

  it('can lie well about what its own photo shows, and about nothing that was sealed', async () => {
    const honest = await honestEvidence();
    const nothing = { ...(honest.objects as object), detections: [], label_scores: { boat: 0.01 } };
    const liar: Turn = { turns_at: 'objects', evidence: nothing };
    const { verdict, bench } = await verdictOf(liar);
    expect(await isOurs(verdict, bench)).toBe(true);
    const failed = verdict.checks.filter(({ status }) => status !== 'pass').map(({ check }) => check);
    expect(failed).toEqual(['objects']);
  });
});

import type { Verdict } from '@groundtruth/sdk/protocol';
import { ManualClock } from '../../../src/kernel/clock.js';
import { MODEL_CARDS } from '../cards.js';
import { Bench, NOW } from '../verify.bench.js';
import { HASHED, PHOTO, contextOf, lost, ok, seen, type Spoil } from '../verify.fixture.js';
import type { CheckComparison } from './compare.js';
import { TAKEN_CHECKS } from './recorded-answers.js';
import { replayContent, replayOriginal, rulingAgrees, type Replay } from './replay.js';

const clock = new ManualClock(NOW + 86_400_000);

/** A verdict made on one bench and replayed on another, which `spoil` prepares. */
async function replayed(spoil: (again: Bench) => void = () => undefined, made = new Bench(), content = PHOTO) {
  const verdict = await made.verdict();
  const again = new Bench();
  again.things = made.things;
  spoil(again);
  return {
    verdict,
    replay: await replayOriginal(verdict, made.capture, content, { cards: MODEL_CARDS, clock, decoder: again }),
  };
}

const statusesOf = ({ checks }: Replay): Record<string, string> =>
  Object.fromEntries(checks.map(({ check, status }: CheckComparison) => [check, status]));

describe('a verdict replayed from its original', () => {
  it('is reproduced, check by check, and what the database had answered is taken', async () => {
    const { verdict, replay } = await replayed();
    const expected = verdict.checks.map(({ check }) => [check, TAKEN_CHECKS.includes(check) ? 'taken' : 'same']);
    expect(statusesOf(replay)).toEqual(Object.fromEntries(expected));
    expect(replay.ruling).toEqual({ outcome: 'accepted', finding: 'present', tier: 'signed' });
    expect(rulingAgrees(verdict, replay)).toBe(true);
  });

  it('shows a changed byte as failed integrity, and looks no further', async () => {
    const content = Uint8Array.from(PHOTO);
    content[3]! ^= 1;
    const { verdict, replay } = await replayed(undefined, new Bench(), content);
    expect(statusesOf(replay)).toMatchObject({ integrity: 'differs', window: 'same', objects: 'not_run' });
    expect(replay.ruling?.outcome).toBe('rejected');
    expect(rulingAgrees(verdict, replay)).toBe(false);
  });

  it('shows another model', async () => {
    const other = { ...seen(['boat', 0.9]), model_sha256: 'ef'.repeat(32) };
    const { replay } = await replayed((again) => (again.things = ok(other)));
    expect(replay.checks.find(({ check }) => check === 'objects')).toMatchObject({
      status: 'differs',
      differences: [{ field: 'model_sha256', recomputed: 'ef'.repeat(32) }],
    });
  });

  it('shows another threshold', async () => {
    const verdict = await new Bench().verdict();
    const cards = { ...MODEL_CARDS, objects: { ...MODEL_CARDS.objects, pass_at: MODEL_CARDS.objects.pass_at - 0.1 } };
    const replay = await replayOriginal(verdict, contextOf(), PHOTO, { cards, clock, decoder: new Bench() });
    expect(replay.checks.find(({ check }) => check === 'objects')).toMatchObject({
      status: 'differs',
      differences: [{ field: 'threshold', recorded: 0.42, recomputed: 0.32 }],
    });
  });

  it('is inconclusive where the score moved across a bar within the guard band', async () => {
    const made = new Bench();
    made.things = ok(seen(['boat', 0.425]));
    const { verdict, replay } = await replayed((again) => (again.things = ok(seen(['boat', 0.415]))), made);
    expect(verdict.outcome).toBe('accepted');
    expect(statusesOf(replay).objects).toBe('inconclusive');
    const further = await replayed((again) => (again.things = ok(seen(['boat', 0.39]))), made);
    expect(statusesOf(further.replay).objects).toBe('differs');
  });

  it('of a duplicate stays one: the earlier capture is not looked for again', async () => {
    const made = new Bench();
    made.near = true;
    const { verdict, replay } = await replayed(undefined, made);
    expect([verdict.outcome, replay.ruling?.outcome]).toEqual(['rejected', 'rejected']);
    expect(statusesOf(replay).duplicate).toBe('taken');
  });

  it('says what could not be run where the decoder has no such model', async () => {
    const { replay } = await replayed((again) => (again.things = lost('unavailable')));
    expect(statusesOf(replay).objects).toBe('not_run');
  });

  it('that a person decided agrees while the checks leave it open, and only then', async () => {
    const made = new Bench();
    made.things = ok(seen(['boat', 0.3]));
    const { verdict, replay } = await replayed(undefined, made);
    const decided: Verdict = { ...verdict, basis: 'review', outcome: 'accepted', finding: 'present' };
    expect(rulingAgrees(decided, replay)).toBe(true);
    expect(rulingAgrees({ ...decided, basis: 'appeal' }, replay)).toBe(false);
    expect(rulingAgrees({ ...decided, tier: 'attested' }, replay)).toBe(false);
  });
});

describe('a verdict replayed on published media', () => {
  const media = { content: new TextEncoder().encode('a derivative'), media_type: 'image/jpeg' } as const;

  async function onMedia(spoil: Spoil, arrange: (again: Bench) => void): Promise<Replay> {
    const verdict = await new Bench(spoil).verdict();
    const again = new Bench();
    arrange(again);
    return replayContent(verdict, verdict.checks, media, { cards: MODEL_CARDS, clock, decoder: again });
  }

  it('runs the checks of content and no other', async () => {
    const replay = await onMedia({}, () => undefined);
    expect(statusesOf(replay)).toEqual({ objects: 'same', nsfw: 'same' });
    expect(replay.ruling).toBeNull();
  });

  it('shows content that is not there', async () => {
    const replay = await onMedia({}, (again) => (again.things = ok(seen(['car', 0.9]))));
    expect(statusesOf(replay)).toEqual({ objects: 'differs', nsfw: 'same' });
  });

  it('too flat to compare is looked at all the same', async () => {
    const replay = await onMedia({}, (again) => (again.hashed = ok({ ...HASHED, contrast: 0 })));
    expect(statusesOf(replay)).toEqual({ objects: 'same', nsfw: 'same' });
  });
});

import { createHash } from 'node:crypto';
import { ManualClock } from '../../src/kernel/clock.js';
import { replayOriginal, rulingAgrees } from './replay/replay.js';
import { CARDS, lost, measured, ok, READING_ASKED, signedReading, STRANGER_KEY, type Spoil } from './verify.fixture.js';
import { Bench, NOW, statuses } from './verify.bench.js';

/** A bench at which a reading of these bytes is handed in. */
function benchOf(content: Buffer, spoil: Spoil = {}): Bench {
  const sha256 = createHash('sha256').update(content).digest('hex');
  const media = { sha256, media_type: 'application/jose' as const, bytes: content.length };
  const bench = new Bench({ ...READING_ASKED, manifest: { media }, ...spoil });
  bench.downloaded = ok({ content, sha256, duration_ms: 3 });
  const nothing = { width: null, height: null, exif: null };
  bench.inspected = ok({
    ...nothing,
    refusal: null,
    media_type: 'application/jose',
    sniffed: 'jws',
    ...COMMON,
  } as const);
  return bench;
}
const COMMON = { claimed_type_matches: true, orientation: 1, trailing_bytes: null, duration_ms: 1 } as const;

describe('a reading on its way to a verdict', () => {
  it('is asked about nothing that only a picture has', async () => {
    const bench = benchOf(signedReading());
    expect(await bench.verdict()).toMatchObject({
      outcome: 'accepted',
      finding: 'present',
      tier: 'signed',
      c2pa: 'absent',
    });
    expect(bench.asked).toEqual([
      'download',
      'inspect',
      'reading air_temperature',
      'sequence 7',
      'previous air_temperature',
      'neighbours of 21.4',
    ]);
  });

  it('is not remembered when the device did not sign it', async () => {
    const bench = benchOf(signedReading(STRANGER_KEY));
    const verdict = await bench.verdict();
    expect([verdict.outcome, statuses(verdict).reading_sequence]).toEqual(['rejected', 'fail']);
    expect(bench.asked).toEqual(['download', 'inspect', 'reading air_temperature']);
  });

  it('is rejected for a number out of sequence before its neighbours are asked', async () => {
    const bench = benchOf(signedReading());
    bench.in_sequence = false;
    expect(await bench.verdict()).toMatchObject({ outcome: 'rejected' });
    expect(bench.asked.at(-1)).toBe('sequence 7');
  });

  it('is looked at by a second decoder when the first dies, and then waits for a person', async () => {
    const bench = benchOf(signedReading());
    bench.measured = lost('crashed');
    const verdict = await bench.verdict();
    expect(verdict.outcome).toBe('review');
    expect(statuses(verdict)).toMatchObject({ reading_range: 'unavailable', reading_neighbours: 'unavailable' });
    expect(bench.asked.filter((question) => question.startsWith('reading'))).toHaveLength(2);
  });

  it.each<[string, (bench: Bench) => void]>([
    ['accepted', () => undefined],
    ['rejected for its number', (bench) => (bench.in_sequence = false)],
    ['held for its neighbours', (bench) => (bench.neighbours = [5, 5, 5])],
    ['rejected for its value', (bench) => (bench.measured = ok(measured(45)))],
  ])('is %s again when its verdict is replayed', async (_what, spoil) => {
    const content = signedReading();
    const bench = benchOf(content);
    spoil(bench);
    const verdict = await bench.verdict();
    const parts = { cards: CARDS, clock: new ManualClock(NOW), decoder: bench };
    const replay = await replayOriginal(verdict, bench.capture, content, parts);
    expect(rulingAgrees(verdict, replay)).toBe(true);
    expect(replay.checks.flatMap(({ differences }) => differences)).toEqual([]);
  });
});

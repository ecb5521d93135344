import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FFMPEG } from '../../workers/verifier/media/film.fixture.js';
import { fuzz } from '../fuzz/fuzz.js';
import { hostileFile } from '../fuzz/hostile.js';
import { makeSeeds, SEED_BYTES_MAX } from '../fuzz/seeds.js';
import { faultless, figuresOf, newTally, p99 } from '../fuzz/tally.js';
import { builtDecoder } from '../support/decoder.js';

/** A short run of `npm run fuzz`; longer ones go by their own command. */
const FILES = 300;

describe('hostile files', () => {
  it('bring no decoder down, hold none up, and are all decided', async () => {
    const parent = join(process.cwd(), '.groundtruth');
    await mkdir(parent, { recursive: true });
    const directory = await mkdtemp(join(parent, 'fuzz-'));
    const options = {
      directory,
      seed: 7,
      decoders: 2,
      decoder: { ...builtDecoder(), environment: { FFMPEG_PATH: FFMPEG } },
      say: () => undefined,
    };
    try {
      await fuzz({ ...options, count: 20, decoders: 1, resume: false });
      const tally = await fuzz({ ...options, count: FILES, resume: true });
      expect(tally.faults).toEqual([]);
      expect(faultless(tally)).toBe(true);
      const { accepted, rejected, review, refused_header, refused_decode } = figuresOf(tally);
      expect(accepted + rejected + review).toBe(FILES);
      expect(refused_header).toBeGreaterThan(FILES / 10);
      expect(refused_decode).toBeGreaterThan(FILES / 10);
      // Noise with a seal on it shows no boat: nothing made here may ever be what a bounty asked for.
      expect(accepted).toBe(0);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }, 300_000);

  it('are the same for the same seed and number, and others for another', async () => {
    const [seeds, again] = [await makeSeeds(), await makeSeeds()];
    expect(seeds.every(({ bytes }) => bytes.length > 0 && bytes.length <= SEED_BYTES_MAX)).toBe(true);
    let differing = 0;
    for (let index = 0; index < 200; index++) {
      expect(hostileFile(again, 7, index)).toEqual(hostileFile(seeds, 7, index));
      if (!hostileFile(seeds, 8, index).bytes.equals(hostileFile(seeds, 7, index).bytes)) differing++;
    }
    expect(differing).toBeGreaterThan(190);
  });
});

describe('the tally of hostile files', () => {
  it('is not faultless after a single fault of any kind', () => {
    for (const reason of ['crashed', 'timeout', 'memory', 'garbled', 'bug', 'not_started'] as const) {
      const tally = newTally(1);
      tally.failures[reason]++;
      expect({ reason, faultless: faultless(tally) }).toEqual({ reason, faultless: false });
    }
    expect(faultless({ ...newTally(1), thrown: 1 })).toBe(false);
    expect(faultless(newTally(1))).toBe(true);
  });

  it('names the time within which 99 of 100 refusals came', () => {
    expect(p99('ms', { 3: 99, 70: 1 })).toEqual({ ms: 3 });
    expect(p99('ms', { 3: 98, 70: 2 })).toEqual({ ms: 70 });
    expect(p99('ms', {})).toEqual({});
  });
});

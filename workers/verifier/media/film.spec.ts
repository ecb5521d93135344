import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../../test/support/eventually.js';
import { photo } from '../../../test/support/photos.js';
import { decodeFilm, SAMPLES_MAX, sampledOf } from './film.js';
import { FFMPEG, FILM_HEIGHT, FILM_WIDTH, filmOf, held, pan } from './film.fixture.js';
import { inspect } from './inspect.js';

const PASTORAL = () => photo('march-pastoral');
const BOATS = () => photo('nagasaki-boats');

describe('a film as phones and browsers write it', () => {
  it.each([
    ['film.mp4', 'video/mp4', ['-movflags', 'faststart']],
    ['film.mp4', 'video/mp4', []],
    ['film.mov', 'video/quicktime', []],
    ['film.webm', 'video/webm', []],
    ['film.mp4', 'video/mp4', ['-movflags', 'frag_keyframe+empty_moov']],
  ] as const)('%s (%s, %j) is read whole and sampled evenly with both ends', async (name, type, extra) => {
    const film = await filmOf(await pan(PASTORAL(), 25), name, [...extra]);
    const inspected = await inspect(film, type);
    expect(inspected).toMatchObject({ refusal: null, media_type: type, claimed_type_matches: true });
    const { frames, evidence } = await decodeFilm(FFMPEG, film, type);
    expect(evidence).toMatchObject({
      refusal: null,
      width: FILM_WIDTH,
      height: FILM_HEIGHT,
      film: { frames: 25, first_ms: 0, last_ms: 2_400, backwards: 0, cuts_ms: [], still: false },
    });
    expect(evidence.film!.gap_ms_max).toBeLessThanOrEqual(101);
    expect(evidence.film!.sampled_ms).toEqual([0, 300, 600, 900, 1_200, 1_500, 1_800, 2_100, 2_400]);
    expect(frames).toHaveLength(SAMPLES_MAX);
    expect(frames!.every(({ rgb }) => rgb.length === 3 * FILM_WIDTH * FILM_HEIGHT)).toBe(true);
  });

  it('claims its length in the header', async () => {
    const film = await filmOf(await pan(PASTORAL(), 25));
    expect(await inspect(film, 'video/mp4')).toMatchObject({ film_ms: 2_500, width: FILM_WIDTH, trailing_bytes: 0 });
    expect((await inspect(film, 'video/webm')).claimed_type_matches).toBe(false);
  });
});

describe('what is wrong with a film', () => {
  it('shows as a cut where two shots are joined', async () => {
    const joined = [...(await pan(PASTORAL(), 15)), ...(await pan(BOATS(), 15))];
    const { evidence } = await decodeFilm(FFMPEG, await filmOf(joined), 'video/mp4');
    expect(evidence.film!.cuts_ms).toEqual([1_500]);
  });

  it('shows as no cut in a fast pan', async () => {
    const { evidence } = await decodeFilm(FFMPEG, await filmOf(await pan(PASTORAL(), 30, 60)), 'video/mp4');
    expect(evidence.film!.cuts_ms).toEqual([]);
  });

  it('shows as one picture held still', async () => {
    const film = await filmOf(await held(PASTORAL(), 20), 'film.mp4', ['-crf', '0']);
    expect((await decodeFilm(FFMPEG, film, 'video/mp4')).evidence.film!.still).toBe(true);
  });

  it('shows as a gap where frames are missing', async () => {
    const gap = ['-vf', "select='lt(n,10)+gt(n,29)'", '-vsync', '0'];
    const { evidence } = await decodeFilm(
      FFMPEG,
      await filmOf(await pan(PASTORAL(), 40), 'film.mp4', gap),
      'video/mp4',
    );
    expect(evidence.film!.gap_ms_max).toBe(2_100);
  });
});

describe('a hostile film', () => {
  it('is refused when it is cut short or scrambled', async () => {
    const film = await filmOf(await pan(PASTORAL(), 25), 'film.mp4', ['-movflags', 'faststart']);
    const cut = film.subarray(0, film.length - Math.floor(film.length / 3));
    expect(await inspect(cut, 'video/mp4')).toMatchObject({ refusal: { reason: 'damaged_header' } });
    const scrambled = Buffer.from(film);
    scrambled.fill(0xa5, film.length >> 1, (film.length >> 1) + 4_000);
    expect((await decodeFilm(FFMPEG, scrambled, 'video/mp4')).evidence.refusal?.reason).toBe('damaged');
  });

  it('opens no other file: a playlist of one in film’s clothing is refused', async () => {
    const playlist = Buffer.from('ffconcat version 1.0\nfile /etc/hostname\n');
    const { evidence } = await decodeFilm(FFMPEG, playlist, 'video/mp4');
    expect(evidence.refusal?.reason).toBe('damaged');
  });

  it('leaves nothing on the disk', async () => {
    const there = (): string[] => readdirSync(tmpdir()).filter((name) => /^film-(?!fixture-)/.test(name));
    const before = there();
    await decodeFilm(FFMPEG, await filmOf(await pan(PASTORAL(), 5)), 'video/mp4');
    const after = there().filter((name) => !before.includes(name));
    // Other processes decode films beside this one: theirs go away by themselves, and ours would stay.
    await eventually(() => after.every((name) => !existsSync(join(tmpdir(), name))));
  });

  it('of more pixels than any phone films is not decoded', async () => {
    const wide = ['-vf', 'scale=4400:2400', '-preset', 'ultrafast'];
    const film = await filmOf(await pan(PASTORAL(), 2), 'film.mp4', wide);
    expect(await inspect(film, 'video/mp4')).toMatchObject({ refusal: { reason: 'too_many_pixels' } });
    expect((await decodeFilm(FFMPEG, film, 'video/mp4')).evidence.refusal).not.toBeNull();
  });
});

describe('a machine without ffmpeg', () => {
  it('refuses by its own fault, not the film’s', async () => {
    expect((await decodeFilm(null, Buffer.of(1), 'video/mp4')).evidence.refusal?.reason).toBe('no_film_reader');
    const gone = await decodeFilm('/nowhere/ffmpeg', Buffer.of(1), 'video/mp4');
    expect(gone.evidence.refusal?.reason).toBe('no_film_reader');
  });

  it('is not this one: the tests bring theirs', () => {
    expect(existsSync(FFMPEG)).toBe(true);
    expect(execFileSync(FFMPEG, ['-version']).toString()).toMatch(/^ffmpeg version/);
  });
});

describe('the sampled frames', () => {
  it.each([
    [1, [0]],
    [2, [0, 1]],
    [9, [0, 1, 2, 3, 4, 5, 6, 7, 8]],
    [10, [0, 1, 2, 3, 5, 6, 7, 8, 9]],
    [3_600, [0, 450, 900, 1_350, 1_800, 2_249, 2_699, 3_149, 3_599]],
  ])('of %i are evenly spaced and hold both ends', (frames, expected) => {
    expect(sampledOf(frames)).toEqual(expected);
  });
});

import { createHash } from 'node:crypto';
import type { DecodeEvidence, FilmEvidence, VideoType } from '../decoder/evidence.js';
import { clip } from './clip.js';
import { continuityOf, SMALL_SIDE, type SmallFrame } from './continuity.js';
import { FfmpegFailed, nameless, runFfmpeg } from './ffmpeg.js';
import { WORKING_SIDE_MAX, type Picture } from './picture.js';

/** Frames the models look at: the first, the last, and evenly between. */
export const SAMPLES_MAX = 9;
/** Frames of one film: a minute at 60 a second. */
export const FRAMES_MAX = 3_600;
const SMALL_BYTES = SMALL_SIDE * SMALL_SIDE;

export interface DecodedFilm {
  /** The sampled frames, first to last, as working copies; null when refused. */
  readonly frames: readonly Picture[] | null;
  readonly evidence: Omit<DecodeEvidence, 'duration_ms'>;
}

const DEMUXER: Readonly<Record<VideoType, string>> = {
  'video/mp4': 'mov',
  'video/quicktime': 'mov',
  'video/webm': 'matroska',
};

/**
 * Decodes a whole film twice: all of it as small grey pictures with their times, then the sampled frames as working copies. The
 * picture that stands for the film (its hash, its size) is the frame in the middle.
 * @param program ffmpeg; null refuses with `no_film_reader`.
 */
export async function decodeFilm(program: string | null, bytes: Buffer, type: VideoType): Promise<DecodedFilm> {
  if (program === null) return refuse('no_film_reader', 'there is no ffmpeg here');
  const film = await nameless(bytes);
  try {
    const small = smallFrames(
      await runFfmpeg(program, film, DEMUXER[type], ALL_FRAMES, (FRAMES_MAX + 1) * SMALL_BYTES),
    );
    if (small.length === 0) return refuse('damaged', 'no frame could be decoded');
    if (small.length > FRAMES_MAX) return refuse('too_many_frames', `more than ${FRAMES_MAX} frames`);
    const sampled = sampledOf(small.length);
    const { output } = await runFfmpeg(program, film, DEMUXER[type], pick(sampled), SAMPLES_BYTES_MAX);
    const frames = portablePixmaps(output);
    if (frames.length !== sampled.length) return refuse('damaged', 'the sampled frames could not be decoded again');
    const sampled_ms = sampled.map((index) => small[index]!.at_ms);
    return { frames, evidence: describe(frames, { ...continuityOf(small), sampled_ms }) };
  } catch (error) {
    if (!(error instanceof FfmpegFailed)) throw error;
    return refuse(REFUSALS[error.reason], error.message);
  } finally {
    await film.close();
  }
}

const REFUSALS = {
  damaged: 'damaged',
  too_much: 'too_many_frames',
  too_slow: 'film_too_slow',
  not_started: 'no_film_reader',
} as const satisfies Record<FfmpegFailed['reason'], string>;

/** Evenly spaced indices with both ends; all of a film with fewer frames. Pure. */
export function sampledOf(frames: number): number[] {
  const count = Math.min(SAMPLES_MAX, frames);
  if (count === 1) return [0];
  return Array.from({ length: count }, (_, index) => Math.round((index * (frames - 1)) / (count - 1)));
}

/** `-vsync 0`: a frame is neither dropped nor repeated to keep a rate. */
const SHARED = ['-map', '0:v:0', '-an', '-sn', '-dn', '-vsync', '0', '-threads', '1'];
const ALL_FRAMES = [...SHARED, '-frames:v', String(FRAMES_MAX + 1), '-vf', `scale=${SMALL_SIDE}:${SMALL_SIDE}:flags=area,format=gray,showinfo`, '-f', 'rawvideo', 'pipe:1']; // prettier-ignore

function pick(indices: readonly number[]): string[] {
  const wanted = indices.map((index) => `eq(n\\,${index})`).join('+');
  const side = `'min(${WORKING_SIDE_MAX},iw)':'min(${WORKING_SIDE_MAX},ih)':force_original_aspect_ratio=decrease`;
  return [...SHARED, '-frames:v', String(indices.length), '-vf', `select=${wanted},scale=${side}`, '-f', 'image2pipe', '-c:v', 'ppm', 'pipe:1']; // prettier-ignore
}

/** Every working copy at its largest, with a header each. */
const SAMPLES_BYTES_MAX = SAMPLES_MAX * (3 * WORKING_SIDE_MAX * WORKING_SIDE_MAX + 64);

/** Pairs each small picture with the time `showinfo` logged for it. @throws {FfmpegFailed} when they do not pair. */
function smallFrames({ output, log }: { output: Buffer; log: string }): SmallFrame[] {
  // A decoder of ffmpeg patches what it cannot decode, and only says so.
  if (/^\[\w+ @ \w+\] concealing /m.test(log)) throw new FfmpegFailed('damaged', 'a frame is damaged');
  const times = [...log.matchAll(/^\[Parsed_showinfo_[^\]]*\] n: *(\d+) pts: *\S+ pts_time:(-?[\d.]+)/gm)];
  const isWhole = output.length === times.length * SMALL_BYTES && times.every(([, n], index) => Number(n) === index);
  if (!isWhole) throw new FfmpegFailed('damaged', 'a frame has no time');
  return times.map(([, , time], index) => ({
    at_ms: Math.round(Number(time) * 1_000),
    luma: output.subarray(index * SMALL_BYTES, (index + 1) * SMALL_BYTES),
  }));
}

/** The pictures of a stream of PPM files (`P6`, width, height, 255), as ffmpeg writes them. */
function portablePixmaps(stream: Buffer): Picture[] {
  const pictures: Picture[] = [];
  for (let at = 0; at < stream.length;) {
    const header = /^P6\n(\d{1,4}) (\d{1,4})\n255\n/.exec(stream.toString('latin1', at, at + 32));
    if (!header) throw new FfmpegFailed('damaged', 'a sampled frame has no header');
    const [text, width, height] = [header[0], Number(header[1]), Number(header[2])];
    const start = at + text.length;
    const end = start + 3 * width * height;
    if (end > stream.length) throw new FfmpegFailed('damaged', 'a sampled frame is cut');
    pictures.push({ width, height, rgb: Buffer.from(stream.subarray(start, end)) });
    at = end;
  }
  return pictures;
}

/** The frame that stands for the film. */
export const coverOf = (frames: readonly Picture[]): Picture => frames[Math.floor(frames.length / 2)]!;

function describe(frames: readonly Picture[], film: FilmEvidence): DecodedFilm['evidence'] {
  const { width, height, rgb } = coverOf(frames);
  return {
    refusal: null,
    width,
    height,
    working_width: width,
    working_height: height,
    working_sha256: createHash('sha256').update(rgb).digest('hex'),
    film,
  };
}

function refuse(reason: NonNullable<DecodeEvidence['refusal']>['reason'], detail: string): DecodedFilm {
  const nothing = { width: null, height: null, working_width: null, working_height: null, working_sha256: null };
  return { frames: null, evidence: { ...nothing, refusal: { reason, detail: clip(detail) } } };
}

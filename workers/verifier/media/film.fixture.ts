import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';

/** The program the tests make and decode films with: a development dependency, so that they never depend on what is installed. */
export const FFMPEG = (createRequire(resolve('package.json'))('@ffmpeg-installer/ffmpeg') as { path: string }).path;

export const FILM_WIDTH = 320;
export const FILM_HEIGHT = 240;
const RATE = 10;
const run = promisify(execFile);

/** A camera that pans over a photo: frames of RGB bytes, each a window that has moved on. */
export async function pan(photo: Buffer, frames: number, step = 4): Promise<Buffer[]> {
  const { width, height } = await sharp(photo).metadata();
  const [across, down] = [Math.min(width, 2 * FILM_WIDTH), Math.min(height, FILM_HEIGHT * 2)];
  const { data, info } = await sharp(photo).resize(across * 2, down * 2, { fit: 'cover' }).removeAlpha().raw().toBuffer({ resolveWithObject: true }); // prettier-ignore
  const raw = { width: info.width, height: info.height, channels: 3 as const };
  const reach = info.width - FILM_WIDTH;
  return Promise.all(
    Array.from({ length: frames }, (_, index) =>
      sharp(data, { raw })
        .extract({ left: bounce(index * step, reach), top: 40, width: FILM_WIDTH, height: FILM_HEIGHT })
        .raw()
        .toBuffer(),
    ),
  );
}

/** 0 … reach … 0 …: a pan that turns at the edge does not jump. */
const bounce = (at: number, reach: number): number => {
  const turn = at % (2 * reach);
  return turn <= reach ? turn : 2 * reach - turn;
};

/** A whole picture, held for so many frames. */
export async function held(photo: Buffer, frames: number): Promise<Buffer[]> {
  const still = await sharp(photo).resize(FILM_WIDTH, FILM_HEIGHT, { fit: 'fill' }).removeAlpha().raw().toBuffer();
  return Array.from({ length: frames }, () => still);
}

/** Encodes frames at 10 a second. @param extra arguments of ffmpeg before the output. */
export async function filmOf(
  frames: readonly Buffer[],
  name = 'film.mp4',
  extra: readonly string[] = [],
): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'film-fixture-'));
  try {
    await writeFile(join(folder, 'frames.rgb'), Buffer.concat([...frames]));
    const size = `${FILM_WIDTH}x${FILM_HEIGHT}`;
    const input = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', size, '-r', String(RATE), '-i', 'frames.rgb'];
    const codec = name.endsWith('.webm') ? ['-c:v', 'libvpx', '-b:v', '2M'] : ['-c:v', 'libx264', '-crf', '18', '-pix_fmt', 'yuv420p']; // prettier-ignore
    await run(FFMPEG, ['-nostdin', '-v', 'error', ...input, ...codec, ...extra, name], { cwd: folder });
    return await readFile(join(folder, name));
  } finally {
    await rm(folder, { recursive: true });
  }
}

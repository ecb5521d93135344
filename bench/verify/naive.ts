import sharp from 'sharp';
import { compareThumbnail } from '../../workers/verifier/media/thumbnail.js';
import { inspect } from '../../workers/verifier/media/inspect.js';
import { lockDownLibvips } from '../../workers/verifier/media/libvips.js';
import { moire } from '../../workers/verifier/media/moire.js';
import { perceptualHash } from '../../workers/verifier/media/perceptual-hash.js';
import type { Picture } from '../../workers/verifier/media/picture.js';
import { loadModels } from '../../workers/verifier/models/library.js';

/**
 * A worker as one would first write it, in a process of its own: every check runs on every photo, and each that looks at pixels decodes
 * the file again, at full size. Models, their threads and their providers are ours. Fixed: changing it changes what our figures mean.
 */
async function main([cacheDirectory = '', packageRoot = '']: string[]): Promise<void> {
  lockDownLibvips();
  const { detector, text, embedder } = await loadModels(cacheDirectory, packageRoot);
  process.on('message', (bytes: Buffer) => void verify(bytes).then(() => process.send!('done')));
  process.send!('ready');

  async function verify(file: Uint8Array): Promise<void> {
    const bytes = Buffer.from(file);
    await inspect(bytes, 'image/jpeg');
    await perceptualHash(await decoded(bytes));
    await detector.detect(await decoded(bytes));
    await text.read(await decoded(bytes));
    await embedder.embed(await decoded(bytes));
    await compareThumbnail(bytes, await decoded(bytes));
    await moire(await decoded(bytes));
  }
}

async function decoded(bytes: Buffer): Promise<Picture> {
  const { data, info } = await sharp(bytes).autoOrient().removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, rgb: data };
}

await main(process.argv.slice(2));

import sharp, { type Sharp } from 'sharp';
import { photo, PHOTOS, withCard } from '../../../test/support/photos.js';
import { hashEvidenceSchema } from '../decoder/evidence.js';
import { perceptualHash } from './perceptual-hash.js';
import { decodePicture } from './picture.js';

/** The limit for "the same picture" that the exchange uses; chosen on 100 other photos. */
const SAME_MAX = 60;

async function hashOf(bytes: Buffer) {
  const { picture } = await decodePicture(bytes);
  if (!picture) throw new Error('the test picture was refused');
  return perceptualHash(picture);
}

function distance(a: string, b: string): number {
  const bits = (BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(2);
  return bits.replaceAll('0', '').length;
}

describe('the perceptual hash', () => {
  const changes: [string, (picture: Sharp) => Sharp][] = [
    ['saved again at low quality', (picture) => picture.jpeg({ quality: 40 })],
    ['saved as WebP', (picture) => picture.webp({ quality: 60 })],
    ['scaled to half', (picture) => picture.resize({ width: 512 }).png()],
    ['made brighter', (picture) => picture.modulate({ brightness: 1.25 }).png()],
    ['given more contrast', (picture) => picture.linear(1.2, -12).png()],
    ['made grey', (picture) => picture.greyscale().png()],
  ];
  it.each(changes)('stays the same for a photo %s', async (_, change) => {
    for (const name of PHOTOS) {
      const changed = await change(sharp(photo(name))).toBuffer();
      expect(distance((await hashOf(changed)).upright, (await hashOf(photo(name))).upright)).toBeLessThan(SAME_MAX / 2);
    }
  });

  it('sees a mirrored photo in the mirror hash, both ways', async () => {
    for (const name of PHOTOS) {
      const flipped = await hashOf(await sharp(photo(name)).flop().png().toBuffer());
      const original = await hashOf(photo(name));
      expect(distance(flipped.upright, original.mirror)).toBeLessThan(SAME_MAX / 4);
      expect(distance(flipped.mirror, original.upright)).toBeLessThan(SAME_MAX / 4);
      expect(distance(flipped.upright, original.upright)).toBeGreaterThan(SAME_MAX);
    }
  });

  it('differs between different photos', async () => {
    const hashes = await Promise.all(PHOTOS.map(async (name) => hashOf(photo(name))));
    hashes.forEach((a, i) => {
      for (const b of hashes.slice(i + 1)) {
        expect(distance(a.upright, b.upright)).toBeGreaterThan(SAME_MAX);
        expect(distance(a.upright, b.mirror)).toBeGreaterThan(SAME_MAX);
      }
    });
  });

  it('sets half of its bits', async () => {
    const { upright, mirror } = await hashOf(photo('march-pastoral'));
    expect(distance(upright, '0'.repeat(64))).toBe(128);
    expect(distance(mirror, '0'.repeat(64))).toBe(128);
  });

  it('tells a flat picture, whose hash means nothing, by its contrast', async () => {
    const flat = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#777' } })
      .png()
      .toBuffer();
    expect((await hashOf(flat)).contrast).toBeLessThan(0.01);
    expect((await hashOf(photo('march-pastoral'))).contrast).toBeGreaterThan(0.05);
  });

  it('fits its schema', async () => {
    hashEvidenceSchema.parse({ ...(await hashOf(await withCard(photo('march-pastoral'), 'KX7-42P'))), duration_ms: 1 });
  });
});

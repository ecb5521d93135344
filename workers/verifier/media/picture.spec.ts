import sharp from 'sharp';
import { photo } from '../../../test/support/photos.js';
import { decodeEvidenceSchema } from '../decoder/evidence.js';
import { decodePicture } from './picture.js';

const large = sharp(photo('nagasaki-boats')).resize(2600, 2000, { fit: 'fill' });

describe('the decoding of a photo', () => {
  it('gives an upright working copy of at most 1024 a side', async () => {
    const { picture, evidence } = await decodePicture(await large.clone().jpeg().toBuffer());
    expect(evidence).toMatchObject({
      refusal: null,
      width: 2600,
      height: 2000,
      working_width: 1024,
      working_height: 788,
    });
    expect(picture?.rgb).toHaveLength(1024 * 788 * 3);
    decodeEvidenceSchema.parse({ ...evidence, duration_ms: 1 });
  });

  it('does not enlarge a small one', async () => {
    const { evidence } = await decodePicture(await sharp(photo('march-pastoral')).resize(300).png().toBuffer());
    expect(evidence).toMatchObject({ width: 300, working_width: 300 });
  });

  it('gives the same pixels each time', async () => {
    const [once, again] = [await decodePicture(photo('march-pastoral')), await decodePicture(photo('march-pastoral'))];
    expect(again.evidence).toEqual(once.evidence);
  });

  it('gives three channels for grey, transparent, deep and CMYK pictures', async () => {
    const source = sharp(photo('march-pastoral')).resize(80);
    const files = [
      await source.clone().greyscale().jpeg().toBuffer(),
      await source.clone().ensureAlpha(0.5).png().toBuffer(),
      await source.clone().toColourspace('rgb16').png().toBuffer(),
      await source.clone().toColourspace('cmyk').jpeg().toBuffer(),
    ];
    for (const file of files) {
      const { picture } = await decodePicture(file);
      expect(picture?.rgb).toHaveLength(80 * (picture?.height ?? 0) * 3);
    }
  });

  it('shows nothing that transparency hides', async () => {
    const hidden = await sharp(photo('march-pastoral')).resize(40).ensureAlpha(0).png().toBuffer();
    const { picture } = await decodePicture(hidden);
    expect(new Set(picture?.rgb)).toEqual(new Set([0x80]));
  });

  it('turns the picture upright by its tag before anything looks at it', async () => {
    const stored = await sharp(photo('march-pastoral'))
      .rotate(270)
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 100 })
      .toBuffer();
    const { picture, evidence } = await decodePicture(stored);
    expect(evidence).toMatchObject({ width: 1024, height: 498, working_width: 1024 });
    const upright = await decodePicture(photo('march-pastoral'));
    expect(meanDifference(picture?.rgb, upright.picture?.rgb)).toBeLessThan(3);
  });

  // Also with scaling while decoding, which the large JPEG gets: its last bytes are read all the same.
  it.each([0.4, 0.9, 0.999])('refuses files cut at %s of their length', async (share) => {
    const source = sharp(photo('march-pastoral')).resize(700);
    const files = [
      await large.clone().jpeg().toBuffer(),
      await large.clone().resize(1300).jpeg({ progressive: true }).toBuffer(),
      await source.clone().png().toBuffer(),
      await source.clone().avif({ effort: 0 }).toBuffer(),
    ];
    for (const file of files) {
      const { picture, evidence } = await decodePicture(file.subarray(0, Math.floor(file.length * share)));
      expect([picture, evidence.refusal?.reason]).toEqual([null, 'truncated']);
    }
  });

  it('refuses a JPEG that lacks only its end marker', async () => {
    const file = await large.clone().jpeg().toBuffer();
    expect((await decodePicture(file.subarray(0, -2))).evidence.refusal?.reason).toBe('truncated');
  });

  it('refuses a wrong checksum', async () => {
    const file = await sharp(photo('march-pastoral')).resize(64).png().toBuffer();
    file[29] = (file[29] ?? 0) ^ 0xff;
    expect((await decodePicture(file)).evidence.refusal?.reason).toBe('damaged');
  });

  it('refuses a scan that was blanked out', async () => {
    const file = await large.clone().jpeg().toBuffer();
    file.fill(0, file.length >> 1, (file.length >> 1) + 60_000);
    expect((await decodePicture(file)).picture).toBeNull();
  });
});

function meanDifference(a: Buffer = Buffer.alloc(0), b: Buffer = Buffer.alloc(0)): number {
  expect(a).toHaveLength(b.length);
  return a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? 0)), 0) / a.length;
}

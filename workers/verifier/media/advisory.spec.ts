import sharp from 'sharp';
import { photo, PHOTOS } from '../../../test/support/photos.js';
import { lightEvidenceSchema, moireEvidenceSchema, thumbnailEvidenceSchema } from '../decoder/evidence.js';
import { daylight } from './daylight.js';
import { withoutBars } from './letterbox.js';
import { moire, MOIRE_SIDE } from './moire.js';
import { turned } from './orientation.js';
import { decodePicture, type Picture } from './picture.js';
import { logPowerSpectrum } from './power-spectrum.js';
import { withThumbnail } from './thumbnail.fixture.js';
import { compareThumbnail } from './thumbnail.js';

async function pictureOf(bytes: Buffer): Promise<Picture> {
  const { picture } = await decodePicture(bytes);
  if (!picture) throw new Error('the test picture was refused');
  return picture;
}
const rawOf = ({ rgb, width, height }: Picture) => sharp(rgb, { raw: { width, height, channels: 3 } });
const small = (bytes: Buffer): Promise<Buffer> => sharp(bytes).resize(160).jpeg().toBuffer();

describe('the thumbnail inside a photo', () => {
  const compare = async (bytes: Buffer) => compareThumbnail(bytes, await pictureOf(bytes));
  const SHEEP = photo('march-pastoral');
  const BOATS = photo('nagasaki-boats');

  it('is near the picture it was made from, and far from another of the same shape', async () => {
    const own = await compare(withThumbnail(SHEEP, await small(SHEEP)));
    expect(thumbnailEvidenceSchema.parse({ ...own, duration_ms: 1 })).toMatchObject({ refusal: null });
    expect(own.distance).toBeLessThan(40);
    const { width, height } = await sharp(SHEEP).metadata();
    const shape = [160, Math.round((160 * height) / width)] as const;
    const other = await sharp(BOATS)
      .resize(...shape, { fit: 'cover' })
      .jpeg()
      .toBuffer();
    expect((await compare(withThumbnail(SHEEP, other))).distance).toBeGreaterThan(90);
  });

  it('may be letterboxed', async () => {
    const bars = { top: 20, bottom: 20, background: '#000' };
    const boxed = await sharp(await sharp(SHEEP).resize(120).toBuffer())
      .extend(bars)
      .jpeg()
      .toBuffer();
    expect((await compare(withThumbnail(SHEEP, boxed))).distance).toBeLessThan(50);
  });

  it.each([3, 6, 8])('may be stored as the sensor lies (orientation %d) or upright', async (orientation) => {
    expect((await compare(withThumbnail(SHEEP, await small(SHEEP), orientation))).distance).toBeLessThan(40);
    const upright = turned(await pictureOf(await small(SHEEP)), orientation);
    const stored = await rawOf(upright).jpeg().toBuffer();
    expect((await compare(withThumbnail(SHEEP, stored, orientation))).distance).toBeLessThan(40);
  });

  it('is nothing to compare when there is none, when it is damaged, or of another shape', async () => {
    expect((await compare(SHEEP)).refusal).toBe('no_thumbnail');
    const damaged = withThumbnail(SHEEP, Buffer.from([0xff, 0xd8, 1, 2, 3, 4]));
    expect((await compare(damaged)).refusal).toBe('unreadable');
    const square = await sharp(BOATS).resize(100, 100, { fit: 'cover' }).jpeg().toBuffer();
    expect((await compare(withThumbnail(SHEEP, square))).refusal).toBe('other_shape');
  });
});

describe('a picture with its orientation tag obeyed', () => {
  const stored = { width: 3, height: 2, rgb: Buffer.from(Array.from({ length: 18 }, (_, i) => i * 10)) };

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('is the one a browser shows, for tag %d', async (orientation) => {
    const tagged = await rawOf(stored).png().withMetadata({ orientation }).toBuffer();
    const seen = await sharp(tagged).autoOrient().removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const { width, height, rgb } = turned(stored, orientation);
    expect([width, height, rgb]).toEqual([seen.info.width, seen.info.height, seen.data]);
  });
});

describe('black bars', () => {
  const grey = (width: number, height: number) => ({ width, height, rgb: Buffer.alloc(width * height * 3, 128) });
  const boxed = (top: number, bottom: number): Picture => {
    const picture = grey(16, 16);
    picture.rgb.fill(5, 0, top * 16 * 3);
    picture.rgb.fill(5, (16 - bottom) * 16 * 3);
    return picture;
  };

  it('are cut off when they are there on both sides, and no dark edge is taken for one', () => {
    expect(withoutBars(boxed(3, 3))).toEqual(grey(16, 10));
    expect(withoutBars(boxed(3, 0)).height).toBe(16);
    expect(withoutBars(grey(16, 16)).height).toBe(16);
  });

  it('never take the whole of a black picture away', () => {
    expect(withoutBars({ width: 8, height: 8, rgb: Buffer.alloc(192) })).toMatchObject({ width: 4, height: 4 });
  });
});

describe('the spectrum of a square', () => {
  it('has the power of a wave at its frequency and its mirror, and nowhere else', () => {
    const side = 32;
    const wave = Float64Array.from({ length: side * side }, (_, i) =>
      Math.cos((2 * Math.PI * (3 * (i % side) + 5 * Math.floor(i / side))) / side),
    );
    const spectrum = logPowerSpectrum(wave, side);
    const peak = Math.log(1 + (side * side * 0.5) ** 2);
    spectrum.forEach((value, i) => {
      const here = i === 5 * side + 3 || i === (side - 5) * side + (side - 3);
      expect(value).toBeCloseTo(here ? peak : 0, 6);
    });
  });
});

describe('the grid of a filmed screen', () => {
  /** A photo as a screen shows it and a camera sees it: three stripes a screen pixel, slightly turned, a little out of focus. */
  async function filmed(bytes: Buffer, pixel: number): Promise<Picture> {
    const { data, info } = await sharp(bytes).resize(900, 600, { fit: 'cover' }).toColourspace('srgb').raw().toBuffer({ resolveWithObject: true }); // prettier-ignore
    const [cos, sin] = [Math.cos(0.04), Math.sin(0.04)];
    const { floor, min } = Math; // Looked up once: Jest's world makes every look-up of a global slow.
    for (let y = 0; y < info.height; y++)
      for (let x = 0; x < info.width; x++)
        for (let channel = 0; channel < 3; channel++) {
          const across = (x * cos + y * sin) / pixel;
          const lit = floor((across - floor(across)) * 3) === channel ? 1 : 0.25;
          const at = (y * info.width + x) * 3 + channel;
          data[at] = min(255, data[at]! * lit * 1.6);
        }
    const { width, height } = info;
    return pictureOf(
      await sharp(data, { raw: { width, height, channels: 3 } })
        .blur(0.8)
        .jpeg({ quality: 85 })
        .toBuffer(),
    );
  }

  it('stands out of a photo of it and not out of the photo itself', async () => {
    for (const name of PHOTOS.slice(0, 2)) {
      const own = await moire(await pictureOf(photo(name)));
      expect(moireEvidenceSchema.parse({ ...own, duration_ms: 1 }).squares).toBe(3);
      expect(own.peak).toBeLessThan(5.5);
    }
    for (const pixel of [2.4, 4.3]) {
      expect((await moire(await filmed(photo('march-pastoral'), pixel))).peak).toBeGreaterThan(6.5);
    }
  });

  it('is not looked for in a picture smaller than one square', async () => {
    const side = (length: number) => ({ width: length, height: length, rgb: Buffer.alloc(length * length * 3, 90) });
    expect(await moire(side(MOIRE_SIDE - 1))).toEqual({ peak: null, squares: 0 });
    expect(await moire(side(MOIRE_SIDE))).toEqual({ peak: 0, squares: 1 });
  });
});

describe('a sky by day', () => {
  const scene = async (sky: string, ground: string) => {
    const create = { width: 300, height: 200, channels: 3, background: ground } as const;
    const top = { create: { width: 300, height: 100, channels: 3, background: sky } } as const;
    const picture = await pictureOf(
      await sharp({ create })
        .composite([{ input: top, left: 0, top: 0 }])
        .jpeg()
        .toBuffer(),
    );
    return daylight(picture);
  };

  it('is bright, blue and smooth', async () => {
    const seen = await scene('#6fa8dc', '#4a5d23');
    expect(lightEvidenceSchema.parse({ ...seen, duration_ms: 1 }).sky_share).toBeGreaterThan(0.9);
  });

  it.each([
    ['a white ceiling', '#f4f2ee'],
    ['a night sky', '#0b1026'],
    ['the yellow light of a lamp', '#f6d58a'],
    ['an overcast sky, which is honestly missed', '#c9cdd0'],
  ])('is not %s', async (_what, colour) => {
    expect((await scene(colour, '#4a5d23')).sky_share).toBe(0);
  });

  it('is not seen in photographs without colour', async () => {
    expect((await daylight(await pictureOf(photo('french-alpine-landscape')))).sky_share).toBeLessThan(0.3);
  });
});

import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import type { ExifEvidence } from '../decoder/evidence.js';
import { exifSchema } from '../decoder/evidence.js';
import { EXIF_BYTES_MAX, readExif } from './exif.js';

type Tags = Parameters<Sharp['withExif']>[0];

const PLACE = {
  GPSLatitudeRef: 'N',
  GPSLatitude: '32/1 44/1 4128/100',
  GPSLongitudeRef: 'E',
  GPSLongitude: '129/1 52/1 2574/100',
};
const GPS_TIME = { GPSDateStamp: '2026:03:20', GPSTimeStamp: '8/1 30/1 0/1' };

async function block(tags: Tags, format: 'jpeg' | 'webp' | 'png' | 'avif' = 'jpeg'): Promise<Buffer> {
  const blank = sharp({ create: { width: 16, height: 16, channels: 3, background: '#777' } });
  const file = await blank.withExif(tags).toFormat(format).toBuffer();
  const { exif } = await sharp(file).metadata();
  if (!exif) throw new Error('the test file has no EXIF');
  return exif;
}

const read = async (tags: Tags): Promise<ExifEvidence> => readExif(await block(tags));

describe('the EXIF of a photo', () => {
  it.each(['jpeg', 'webp', 'png', 'avif'] as const)('is read from a %s', async (format) => {
    const tags = {
      IFD0: { Make: 'Maker', Model: 'M1', Software: '1.0' },
      IFD2: { DateTimeOriginal: '2026:03:20 12:00:00' },
      IFD3: PLACE,
    };
    expect(await readExif(await block(tags, format))).toMatchObject({
      taken_local: '2026-03-20T12:00:00',
      make: 'Maker',
      model: 'M1',
      software: '1.0',
      place: { lat: expect.closeTo(32.7448, 4) as number, lng: expect.closeTo(129.8738, 4) as number },
      errors: [],
    });
  });

  it('leaves the instant open while nothing tells the zone', async () => {
    const exif = await read({ IFD2: { DateTimeOriginal: '2026:03:20 12:00:00' } });
    expect(exif).toMatchObject({ offset_min: null, offset_source: null, taken_at: null, gps_at: null });
  });

  it('takes the zone from the offset tag before it asks the satellites', async () => {
    const exif = await read({
      IFD2: { DateTimeOriginal: '2026:03:20 12:00:00', OffsetTimeOriginal: '+03:30' },
      IFD3: GPS_TIME,
    });
    const at = Date.UTC(2026, 2, 20, 8, 30);
    expect(exif).toMatchObject({ offset_min: 210, offset_source: 'tag', taken_at: at, gps_at: at });
  });

  it('derives the zone from satellite time when there is no offset tag', async () => {
    const exif = await read({ IFD2: { DateTimeOriginal: '2026:03:20 01:29:10' }, IFD3: GPS_TIME });
    expect(exif).toMatchObject({ offset_min: -420, offset_source: 'gps', taken_at: Date.UTC(2026, 2, 20, 8, 29, 10) });
  });

  it('does not depend on the zone of this machine', async () => {
    const zone = process.env.TZ;
    process.env.TZ = 'Asia/Tehran';
    try {
      const exif = await read({ IFD2: { DateTimeOriginal: '2026:03:20 12:00:00', OffsetTimeOriginal: '+00:00' } });
      expect(exif.taken_at).toBe(Date.UTC(2026, 2, 20, 12));
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  });

  it.each([
    ['a denominator of zero', { ...PLACE, GPSLatitude: '32/0 44/0 41/0' }],
    ['a latitude of 999', { ...PLACE, GPSLatitude: '999/1 0/1 0/1' }],
    ['a latitude just over the pole', { ...PLACE, GPSLatitude: '90/1 0/1 1/1' }],
    ['no hemisphere', { GPSLatitude: PLACE.GPSLatitude, GPSLongitude: PLACE.GPSLongitude }],
    ['half a place', { GPSLatitudeRef: 'N', GPSLatitude: PLACE.GPSLatitude }],
  ])('has no place with %s', async (_, gps) => {
    expect((await read({ IFD0: { Make: 'x' }, IFD3: gps })).place).toBeNull();
  });

  it('knows south and west', async () => {
    const { place } = await read({ IFD3: { ...PLACE, GPSLatitudeRef: 'S', GPSLongitudeRef: 'W' } });
    expect(place).toEqual({ lat: expect.closeTo(-32.7448, 4) as number, lng: expect.closeTo(-129.8738, 4) as number });
  });

  it('takes strangers’ words as one short printable line', async () => {
    const { make } = await read({ IFD0: { Make: `ignore all rules\n\u0007${'x'.repeat(400)}` } });
    expect(make).toHaveLength(200);
    expect(make).toMatch(/^ignore all rules x+$/);
  });

  it('is not read when it is larger than any camera writes', async () => {
    const exif = await readExif(Buffer.alloc(EXIF_BYTES_MAX + 1));
    expect(exif.errors).toHaveLength(1);
  });

  it('never throws and always fits its schema, whatever was done to the block', async () => {
    const good = await block({
      IFD0: { Make: 'M' },
      IFD2: { DateTimeOriginal: '2026:03:20 12:00:00' },
      IFD3: { ...PLACE, ...GPS_TIME },
    });
    const harm = fc.array(fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(harm, fc.nat(good.length), async (changes, cut) => {
        const bytes = Buffer.from(good);
        for (const [at, value] of changes) bytes[at] = value;
        exifSchema.parse(await readExif(bytes.subarray(0, Math.max(cut, 40))));
      }),
    );
  });
});

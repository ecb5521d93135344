import fc from 'fast-check';
import sharp from 'sharp';
import { photo } from '../../../test/support/photos.js';
import { IMAGE_TYPES, type ImageType } from '../decoder/evidence.js';
import { trailingBytes } from './end-of-picture.js';

const small = sharp(photo('march-pastoral')).resize(120);
const encoders: Record<ImageType, () => Promise<Buffer>> = {
  'image/jpeg': () => small.clone().jpeg().toBuffer(),
  'image/png': () => small.clone().png().toBuffer(),
  'image/webp': () => small.clone().webp().toBuffer(),
  'image/avif': () => small.clone().avif({ effort: 0 }).toBuffer(),
};

describe('the bytes behind a picture', () => {
  it.each(IMAGE_TYPES)('are none in a plain %s', async (type) => {
    expect(trailingBytes(await encoders[type](), type)).toBe(0);
  });

  it.each(IMAGE_TYPES)('are counted when something was appended to a %s', async (type) => {
    const polyglot = Buffer.concat([await encoders[type](), Buffer.from('\x01\x02\x03\x04PK and then an archive')]);
    expect(trailingBytes(polyglot, type)).toBe(26);
  });

  it.each(['image/jpeg', 'image/png', 'image/webp', 'image/avif'] as const)(
    'are unknown when a %s was cut',
    async (type) => {
      const bytes = await encoders[type]();
      expect(trailingBytes(bytes.subarray(0, bytes.length - 3), type)).toBeNull();
    },
  );

  it('are found behind a progressive picture, which has many scans', async () => {
    const bytes = await small.clone().jpeg({ progressive: true }).toBuffer();
    expect(trailingBytes(Buffer.concat([bytes, bytes]), 'image/jpeg')).toBe(bytes.length);
  });

  it('are never miscounted as negative and always end, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(...IMAGE_TYPES), (bytes, type) => {
        const trailing = trailingBytes(Buffer.from(bytes), type);
        return trailing === null || (trailing >= 0 && trailing <= bytes.length);
      }),
    );
  });
});

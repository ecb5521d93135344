import sharp from 'sharp';
import { hugePng, photo } from '../../../test/support/photos.js';
import { inspectEvidenceSchema } from '../decoder/evidence.js';
import { inspect } from './inspect.js';
import { PIXELS_MAX } from './libvips.js';

const SVG = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><image href="http://127.0.0.1:9/x.png"/></svg>');

describe('the inspection of a photo', () => {
  it('tells type, size and that nothing is wrong', async () => {
    const plain = await sharp(photo('march-pastoral')).jpeg().toBuffer();
    expect(await inspect(plain, 'image/jpeg')).toEqual({
      refusal: null,
      media_type: 'image/jpeg',
      sniffed: 'jpeg',
      claimed_type_matches: true,
      width: 1024,
      height: 498,
      orientation: 1,
      trailing_bytes: 0,
      exif: null,
    });
  });

  it('answers in the form its parent parses', async () => {
    for (const bytes of [photo('march-pastoral'), SVG, Buffer.alloc(0)]) {
      inspectEvidenceSchema.parse({ ...(await inspect(bytes, 'image/jpeg')), duration_ms: 1 });
    }
  });

  it('goes by the bytes when the sender claims another type', async () => {
    const found = await inspect(photo('march-pastoral'), 'image/png');
    expect(found).toMatchObject({ refusal: null, media_type: 'image/jpeg', claimed_type_matches: false });
  });

  it.each([
    ['nothing', Buffer.alloc(0), 'empty'],
    ['a drawing named as a photo', SVG, 'unsupported_type'],
    ['a page named as a photo', Buffer.from('<html><script>1</script></html>'), 'unsupported_type'],
    ['only the first bytes of a JPEG', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4]), 'damaged_header'],
    ['a PNG signature with nothing behind it', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), 'damaged_header'],
    [
      'a file over the upload limit',
      Buffer.concat([photo('march-pastoral'), Buffer.alloc(25 * 1024 * 1024)]),
      'too_many_bytes',
    ],
  ])('refuses %s', async (_, bytes, reason) => {
    expect((await inspect(bytes, 'image/jpeg')).refusal?.reason).toBe(reason);
  });

  it('takes a picture of exactly the pixel limit and refuses one row more', async () => {
    const width = 16_000;
    const height = PIXELS_MAX / width;
    expect((await inspect(hugePng(width, height), 'image/png')).refusal).toBeNull();
    expect((await inspect(hugePng(width, height + 1), 'image/png')).refusal?.reason).toBe('too_many_pixels');
  });

  it('refuses a small file that claims 65,500 x 65,500 pixels', async () => {
    const bytes = await sharp(photo('march-pastoral')).resize(64).jpeg().toBuffer();
    const frame = bytes.indexOf(Buffer.from([0xff, 0xc0]));
    bytes.writeUInt16BE(65_500, frame + 5);
    bytes.writeUInt16BE(65_500, frame + 7);
    expect((await inspect(bytes, 'image/jpeg')).refusal?.reason).toBe('too_many_pixels');
  });

  it('refuses a moving picture', async () => {
    const raw = Buffer.from(Array.from({ length: 8 * 16 * 3 }, (_, i) => i % 251));
    const pages = await sharp(raw, { raw: { width: 8, height: 16, channels: 3, pageHeight: 8 } })
      .webp({ loop: 0 })
      .toBuffer();
    expect((await inspect(pages, 'image/webp')).refusal?.reason).toBe('animated');
  });

  it('counts what hides behind the picture', async () => {
    const polyglot = Buffer.concat([photo('march-pastoral'), Buffer.from('PK\x03\x04 archive')]);
    expect(await inspect(polyglot, 'image/jpeg')).toMatchObject({ refusal: null, trailing_bytes: 12 });
  });

  it('reports the orientation tag', async () => {
    const turned = await sharp(photo('march-pastoral')).resize(64).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect((await inspect(turned, 'image/jpeg')).orientation).toBe(6);
  });
});

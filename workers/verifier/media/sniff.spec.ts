import sharp from 'sharp';
import { photo } from '../../../test/support/photos.js';
import { sniff } from './sniff.js';

const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
const ftyp = (...brands: string[]): Buffer => {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(12 + 4 * brands.length);
  return Buffer.concat([size, latin(`ftyp${brands[0]}\0\0\0\0${brands.slice(1).join('')}`)]);
};

describe('the type of a file', () => {
  it.each([
    ['jpeg', photo('march-pastoral')],
    ['png', latin('\x89PNG\r\n\x1a\n')],
    ['webp', latin('RIFF\x10\0\0\0WEBPVP8 ')],
    ['avif', ftyp('avif', 'mif1', 'miaf')],
    ['avif', ftyp('mif1', 'avif', 'miaf')],
  ])('is %s by its first bytes and then it may be opened', (name, bytes) => {
    expect(sniff(bytes)).toEqual({ name, media_type: `image/${name}` });
  });

  it.each([
    ['heic', ftyp('heic', 'mif1')],
    ['heic', ftyp('avif', 'mif1', 'heic')],
    ['avis', ftyp('avis', 'avif')],
    ['isobmff', ftyp('3gp4', '3gp4')],
    ['gif', latin('GIF89a')],
    ['bmp', latin('BM')],
    ['tiff', latin('II*\0')],
    ['tiff', latin('MM\0*')],
    ['riff', latin('RIFF\0\0\0\0AVI LIST')],
    ['pdf', latin('%PDF-1.7 then \xff\xd8\xff')],
    ['zip', latin('PK\x03\x04')],
    ['gzip', latin('\x1f\x8b\x08')],
    ['jxl', latin('\xff\x0a')],
    ['jp2', latin('\0\0\0\x0cjP  \r\n')],
    ['matroska', latin('\x1aE\xdf\xa3')],
    ['psd', latin('8BPS')],
    ['svg', latin('<?xml version="1.0"?><!-- \xff\xd8\xff --><svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['svg', latin('\xef\xbb\xbf\n  <SVG width="1"></SVG>')],
    ['html', latin('<!DOCTYPE html><p>JFIF</p>')],
    ['xml', latin('<?xml version="1.0"?><a/>')],
    ['unknown', latin('hello')],
    ['unknown', latin('\xff\xd8')],
    ['unknown', Buffer.alloc(0)],
  ])('is %s and then it is never opened', (name, bytes) => {
    expect(sniff(bytes)).toEqual({ name, media_type: null });
  });

  it.each([
    ['mp4', 'video/mp4', ftyp('isom', 'mp42')],
    ['quicktime', 'video/quicktime', ftyp('qt  ', 'qt  ')],
    ['webm', 'video/webm', latin('\x1aE\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm')],
  ])('is %s for a film', (name, media_type, bytes) => {
    expect(sniff(bytes)).toEqual({ name, media_type });
  });

  it('is a reading by the base64url of a JSON object and a dot, with nothing else among it', () => {
    const long = `eyJhbGciOiJFUzI1NiJ9.${'A'.repeat(2_000)}.x`;
    expect(sniff(latin(long))).toEqual({ name: 'jws', media_type: 'application/jose' });
    for (const text of ['eyJhbGciOiJFUzI1NiJ9', 'eyJhbGciOiJFUzI1NiJ9.W10 ', '{"alg":"ES256"}.', 'eyK.W10.x'])
      expect(sniff(latin(text))).toEqual({ name: 'unknown', media_type: null });
  });

  it('ignores what is hidden behind a picture or inside it', async () => {
    const script = await sharp(photo('march-pastoral')).resize(64).jpeg().toBuffer();
    expect(sniff(Buffer.concat([script, latin('<svg><script>')])).name).toBe('jpeg');
  });
});

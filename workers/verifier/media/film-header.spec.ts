import fc from 'fast-check';
import { BOXES_MAX, FilmFault, readFilmHeader } from './film-header.js';

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const box = (type: string, ...content: Buffer[]): Buffer => {
  const body = Buffer.concat(content);
  return Buffer.concat([u32(body.length + 8), Buffer.from(type, 'latin1'), body]);
};
const mvhd = (duration: number, timescale = 1_000): Buffer => box('mvhd', Buffer.alloc(12), u32(timescale), u32(duration), Buffer.alloc(80)); // prettier-ignore
const tkhd = (width: number, height: number): Buffer => box('tkhd', Buffer.alloc(76), u32(width * 65_536), u32(height * 65_536)); // prettier-ignore
const hdlr = (handler: string): Buffer =>
  box('hdlr', Buffer.alloc(8), Buffer.from(handler, 'latin1'), Buffer.alloc(13));
const track = (handler = 'vide', width = 640, height = 480): Buffer => box('trak', tkhd(width, height), box('mdia', hdlr(handler))); // prettier-ignore
const FTYP = box('ftyp', Buffer.from('isom'), u32(0), Buffer.from('isom'));
const MDAT = box('mdat', Buffer.alloc(100));
const film = (...moov: Buffer[]): Buffer => Buffer.concat([FTYP, box('moov', ...moov), MDAT]);

const fault = (bytes: Uint8Array): string | null => {
  try {
    readFilmHeader(bytes);
    return null;
  } catch (error) {
    if (error instanceof FilmFault) return error.message;
    throw error;
  }
};

describe('the header of a film', () => {
  it('tells length and size of the picture track', () => {
    expect(readFilmHeader(film(mvhd(5_759), track('soun', 1, 1), track()))).toEqual({
      duration_ms: 5_759,
      width: 640,
      height: 480,
      trailing_bytes: 0,
    });
  });

  it('claims no length when it writes none', () => {
    for (const none of [0, 0xffff_ffff]) expect(readFilmHeader(film(mvhd(none), track())).duration_ms).toBeNull();
  });

  it('notes what follows the last box', () => {
    expect(readFilmHeader(Buffer.concat([film(mvhd(1), track()), Buffer.from('hidden')])).trailing_bytes).toBe(6);
  });

  it('may use 64-bit sizes and end its lists with nought, as QuickTime does', () => {
    const long = Buffer.concat([u32(1), Buffer.from('mdat'), u32(0), u32(116), Buffer.alloc(100)]);
    expect(fault(Buffer.concat([FTYP, box('moov', mvhd(1), track(), Buffer.alloc(4)), long]))).toBeNull();
  });

  it.each<[string, Buffer]>([
    ['no moov', Buffer.concat([FTYP, MDAT])],
    ['two moov', Buffer.concat([film(mvhd(1), track()), box('moov', mvhd(1), track())])],
    ['no mdat', Buffer.concat([FTYP, box('moov', mvhd(1), track())])],
    ['a moov in a moov', film(mvhd(1), track(), box('moov'))],
    ['sound alone', film(mvhd(1), track('soun'))],
    ['no movie header', film(track())],
    ['two movie headers', film(mvhd(1), mvhd(1), track())],
    ['a timescale of nought', film(mvhd(1, 0), track())],
    ['a picture without a size', film(mvhd(1), track('vide', 0, 480))],
    ['a child larger than its parent', film(mvhd(1), track(), Buffer.concat([u32(9_999), Buffer.from('trak')]))],
    ['17 tracks', film(mvhd(1), ...Array.from({ length: 17 }, () => track()))],
    ['a track header cut short', film(mvhd(1), box('trak', box('tkhd', Buffer.alloc(83)), box('mdia', hdlr('vide'))))],
  ])('is refused with %s', (_what, bytes) => {
    expect(fault(bytes)).not.toBeNull();
  });

  it(`is refused with more than ${BOXES_MAX} boxes, however deep they claim to be`, () => {
    const many = Buffer.concat(Array.from({ length: BOXES_MAX }, () => box('free')));
    expect(fault(Buffer.concat([FTYP, many]))).toBe(`more than ${BOXES_MAX} boxes`);
    let nested = box('moov');
    for (let depth = 0; depth < 1_000; depth++) nested = box('moov', nested);
    expect(fault(Buffer.concat([FTYP, nested, MDAT]))).toBe('a moov box inside another');
  });

  it('is read or refused, whatever the bytes', () => {
    const whole = film(mvhd(5_759), track());
    const flips = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 8 });
    fc.assert(
      fc.property(flips, fc.nat(whole.length), (changes, length) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of changes) bytes[at] = value;
        const answer = fault(bytes.subarray(0, length));
        return answer === null || answer.length > 0;
      }),
      { numRuns: 2_000 },
    );
  });
});

/** Containers written by hand: what no encoder of ours makes, so that a fuzzer has them to spoil. */

/**
 * The JPEG with a C2PA manifest store in APP11 segments: JUMBF boxes of the right names and nesting (C2PA 2.1 §11.1, ISO 19566-5),
 * whose claim is no CBOR anybody signed. A reader must get through all of it before it can refuse.
 */
export function c2paJpeg(jpeg: Buffer): Buffer {
  const store = superbox('c2pa', 'c2pa', [
    superbox('c2ma', 'urn:uuid:00000000-0000-4000-8000-000000000000', [
      superbox('c2as', 'c2pa.assertions', [
        superbox('cbor', 'c2pa.actions', [box('cbor', CBOR_ACTIONS)]),
        superbox('json', 'stds.exif', [box('json', Buffer.from('{"exif:GPSLatitude":"32,44.7N"}'))]),
      ]),
      superbox('c2cl', 'c2pa.claim', [box('cbor', CBOR_CLAIM)]),
      superbox('c2cs', 'c2pa.signature', [box('cbor', Buffer.concat([Buffer.from([0xd2, 0x84]), CBOR_CLAIM]))]),
    ]),
  ]);
  return Buffer.concat([jpeg.subarray(0, 2), app11(store), jpeg.subarray(2)]);
}

/** An MP4 of one empty track: `ftyp`, `moov` with its boxes, `mdat`. */
export function movie(): Buffer {
  const full = (type: string, bytes: number): Buffer => box(type, Buffer.alloc(bytes));
  const table = box(
    'stbl',
    Buffer.concat([full('stsd', 8), full('stts', 8), full('stsc', 8), full('stsz', 12), full('stco', 8)]),
  );
  const media = box(
    'mdia',
    Buffer.concat([full('mdhd', 24), full('hdlr', 25), box('minf', Buffer.concat([full('vmhd', 12), table]))]),
  );
  const moov = box('moov', Buffer.concat([full('mvhd', 100), box('trak', Buffer.concat([full('tkhd', 84), media]))]));
  return Buffer.concat([box('ftyp', Buffer.from('mp42\0\0\0\0mp42isom')), moov, box('mdat', Buffer.alloc(400, 7))]);
}

/** ISO base media box: 32-bit length, four letters, content. */
export function box(type: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + content.length, 0);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, content]);
}

/** JUMBF superbox: a description box (16-byte type, toggles, label), then its content. */
function superbox(type: string, label: string, content: readonly Buffer[]): Buffer {
  const uuid = Buffer.concat([Buffer.from(type, 'latin1'), Buffer.from('00110010800000aa00389b71', 'hex')]);
  const description = box('jumd', Buffer.concat([uuid, Buffer.from([3]), Buffer.from(`${label}\0`, 'latin1')]));
  return box('jumb', Buffer.concat([description, ...content]));
}

/** One APP11 segment (ISO 19566-5 annex D): `JP`, instance 1, sequence 1, then the box. */
function app11(content: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xffeb, 0);
  head.writeUInt16BE(10 + content.length, 2);
  head.write('JP', 4, 'latin1');
  head.writeUInt16BE(1, 6);
  head.writeUInt32BE(1, 8);
  return Buffer.concat([head, content]);
}

/** {"actions": [{"action": "c2pa.created"}]} */
const CBOR_ACTIONS = Buffer.concat([
  Buffer.from('a167616374696f6e7381a166616374696f6e6c', 'hex'),
  Buffer.from('c2pa.created'),
]);
/** {"alg": "sha256", "claim_generator": "x", "assertions": []} */
const CBOR_CLAIM = Buffer.from(
  'a363616c67667368613235366f636c61696d5f67656e657261746f726178' + '6a617373657274696f6e7380',
  'hex',
);

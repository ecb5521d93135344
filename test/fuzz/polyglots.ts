import type { Dice } from './dice.js';

const HTML = Buffer.from('<!doctype html><script>fetch("http://127.0.0.1/")</script>');
const SVG = (inside: string): Buffer =>
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">${inside}</svg>`);

/** An empty ZIP archive: end of central directory (PKWARE APPNOTE 4.3.16). */
const ZIP = Buffer.concat([Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)]);

/** Files that are two things at once, or another thing than their name says. Each takes a sound JPEG and a sound PNG. */
const POLYGLOTS: readonly ((jpeg: Buffer, png: Buffer, dice: Dice) => Buffer)[] = [
  (jpeg) => Buffer.concat([jpeg, ZIP]),
  (jpeg) => Buffer.concat([jpeg.subarray(0, 2), comment(HTML), jpeg.subarray(2)]),
  (_, png) => Buffer.concat([png, HTML]),
  (jpeg, png) => Buffer.concat([jpeg, png]),
  (jpeg) => Buffer.concat([Buffer.from('%PDF-1.7\n'), jpeg]),
  (jpeg) => Buffer.concat([Buffer.from('GIF89a/*'), jpeg.subarray(0, 4_000), Buffer.from('*/=1;alert(1)')]),
  () => HTML,
  () => SVG('<image href="http://127.0.0.1/x.png" width="9" height="9"/>'),
  () => Buffer.concat([Buffer.from('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'), SVG('<text>&e;</text>')]),
  () => Buffer.concat([Buffer.from('<?xml version="1.0"?>'), SVG('<use href="#a"/>'.repeat(2_000))]),
  (_, png) => Buffer.concat([Buffer.from('RIFF\xff\xff\xff\xffWEBPVP8 ', 'latin1'), png]),
  (jpeg) => Buffer.concat([Buffer.from('\0\0\0\x1cftypavif\0\0\0\0avifmif1', 'latin1'), jpeg]),
  () => Buffer.from('II*\0\x08\0\0\0\xff\xff', 'latin1'),
  () => Buffer.concat([Buffer.from('8BPS\0\x01', 'latin1'), Buffer.alloc(200)]),
  () => Buffer.alloc(0),
  (_jpeg, _png, dice) => dice.bytes(1 + dice.below(4_096)),
  (jpeg, _png, dice) => Buffer.concat([jpeg.subarray(0, 20), dice.bytes(2_000)]),
];

export const polyglot = (jpeg: Buffer, png: Buffer, dice: Dice): Buffer => dice.of(POLYGLOTS)(jpeg, png, dice);

/** A COM segment. */
function comment(content: Buffer): Buffer {
  const head = Buffer.from([0xff, 0xfe, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
}

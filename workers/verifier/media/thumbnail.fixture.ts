/** A JPEG with an EXIF block of its own: an orientation tag, and a second directory (IFD1) that holds a thumbnail. */
export function withThumbnail(jpeg: Buffer, thumbnail: Buffer, orientation = 1): Buffer {
  const ENTRY = 12;
  const first = 8;
  const second = first + 2 + ENTRY + 4;
  const data = second + 2 + 3 * ENTRY + 4;
  const tiff = Buffer.alloc(data);
  tiff.write('MM\0*', 0, 'latin1');
  tiff.writeUInt32BE(first, 4);
  const entry = (at: number, tag: number, type: 3 | 4, value: number): void => {
    tiff.writeUInt16BE(tag, at);
    tiff.writeUInt16BE(type, at + 2);
    tiff.writeUInt32BE(1, at + 4);
    if (type === 3) tiff.writeUInt16BE(value, at + 8);
    else tiff.writeUInt32BE(value, at + 8);
  };
  tiff.writeUInt16BE(1, first);
  entry(first + 2, 0x0112, 3, orientation);
  tiff.writeUInt32BE(second, first + 2 + ENTRY);
  tiff.writeUInt16BE(3, second);
  entry(second + 2, 0x0103, 3, 6);
  entry(second + 2 + ENTRY, 0x0201, 4, data);
  entry(second + 2 + 2 * ENTRY, 0x0202, 4, thumbnail.length);

  const block = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff, thumbnail]);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(block.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, block, jpeg.subarray(2)]);
}

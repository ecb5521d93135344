import fc from 'fast-check';
import { encodeFrame, FrameReader, GarbledFrame, type Frame } from './frame.js';

const LIMITS = { message_bytes_max: 1_000, payload_bytes_max: 2_000 };

describe('a frame', () => {
  it('arrives as it was sent, however the stream was cut', () => {
    const frame = fc.record({ message: fc.jsonValue({ maxDepth: 2 }), bytes: fc.uint8Array({ maxLength: 300 }) });
    const cuts = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 5 }), cuts, (frames, sizes) => {
        const small = frames.filter(({ message }) => JSON.stringify(message).length < LIMITS.message_bytes_max / 4);
        const stream = Buffer.concat(small.flatMap(({ message, bytes }) => encodeFrame(message, bytes)));
        const reader = new FrameReader(LIMITS);
        const arrived: Frame[] = [];
        for (let at = 0, i = 0; at < stream.length; i++) {
          const size = sizes[i % sizes.length] ?? 1;
          arrived.push(...reader.push(stream.subarray(at, at + size)));
          at += size;
        }
        expect(arrived.map(({ message, bytes }) => [message, [...bytes]])).toEqual(
          small.map(({ message, bytes }) => [JSON.parse(JSON.stringify(message)), [...bytes]]),
        );
      }),
    );
  });

  it.each([
    [1_001, 0],
    [2, 2_001],
    [0xffffffff, 0],
  ])('of %s + %s bytes is refused by its header alone', (message, payload) => {
    const header = Buffer.alloc(8);
    header.writeUInt32BE(message, 0);
    header.writeUInt32BE(payload, 4);
    expect(() => new FrameReader(LIMITS).push(header)).toThrow(GarbledFrame);
  });

  it('at the limits passes', () => {
    const message = 'x'.repeat(998);
    const parts = encodeFrame(message, new Uint8Array(2_000));
    expect(new FrameReader(LIMITS).push(Buffer.concat(parts))).toMatchObject([{ message }]);
  });

  it('whose message is not JSON is refused', () => {
    const [header = Buffer.alloc(0)] = encodeFrame({});
    expect(() => new FrameReader(LIMITS).push(Buffer.concat([header, Buffer.from('{]')]))).toThrow(GarbledFrame);
  });
});

import fc from 'fast-check';
import { EventStreamParser, type ServerSentEvent } from './event-stream-parser.js';

const encode = (text: string) => new TextEncoder().encode(text);

/** What a parser makes of a text that arrives in pieces of these sizes. */
function read(text: string, sizes: readonly number[] = []): ServerSentEvent[] {
  const parser = new EventStreamParser();
  const events: ServerSentEvent[] = [];
  let bytes = encode(text);
  for (const size of sizes) {
    events.push(...parser.push(bytes.slice(0, size)));
    bytes = bytes.slice(size);
  }
  return [...events, ...parser.push(bytes)];
}

const line = fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => text.replace(/[\r\n\0]/g, '·'));
const event = fc.record({
  id: fc.option(line.filter((id) => !id.startsWith(' '))),
  event: line.filter((name) => name !== '' && !name.startsWith(' ')),
  lines: fc.array(line, { minLength: 1, maxLength: 3 }),
});

describe('an event stream', () => {
  it('gives the same events wherever it is cut and however its lines end', () => {
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 6 }),
        fc.constantFrom('\n', '\r\n'),
        fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 60 }),
        (events, end, sizes) => {
          const frames = events.map(({ id, event, lines }) =>
            [
              ...(id === null ? [] : [`id: ${id}`]),
              `event: ${event}`,
              ...lines.map((data) => `data: ${data}`),
              '',
              '',
            ].join(end),
          );
          const expected = events.map(({ id, event, lines }) => ({ id, event, data: lines.join('\n') }));
          expect(read(frames.join(''), sizes)).toEqual(expected);
        },
      ),
    );
  });

  it('keeps an event back until its blank line has come', () => {
    expect(read('id: 1\ndata: whole\n\nid: 2\ndata: hal')).toEqual([{ id: '1', event: 'message', data: 'whole' }]);
    expect(read('id: 2\ndata: half\n')).toEqual([]);
  });

  it('passes over comments, fields nobody knows, events without data, and a byte order mark', () => {
    expect(read('\uFEFF:\n\n: heartbeat\nretry: 5\nmoon: full\nid: 7\n\ndata\n\n')).toEqual([
      { id: null, event: 'message', data: '' },
    ]);
  });

  it('reads old Mac line ends too', () => {
    expect(read('data: a\r\rdata: b\r\r:\n', [9, 1])).toEqual(['a', 'b'].map((data) => ({ id: null, event: 'message', data }))); // prettier-ignore
  });

  it('refuses an event without end', () => {
    expect(() => read('data: x'.padEnd(1_000_100, 'x'))).toThrow(RangeError);
    expect(() => read('data: x\n'.repeat(200_000))).toThrow(RangeError);
  });
});

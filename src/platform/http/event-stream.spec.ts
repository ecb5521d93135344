import { createServer, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { eventFrame } from './event-frame.js';
import { EventStream, type EventStreamLimits } from './event-stream.js';

const KIB = 1024;

interface Line {
  readonly stream: EventStream;
  readonly reader: Socket;
  /** Everything received so far, without the HTTP head. */
  readonly received: () => string;
}

describe('the bytes of an event', () => {
  it('carry id, kind and every line of the data', () => {
    expect(eventFrame({ id: '7', event: 'card', data: 'a\nb\r\nc' }).toString()).toBe(
      'id: 7\nevent: card\ndata: a\ndata: b\ndata: c\n\n',
    );
  });

  it('cannot be given another field through an id or a kind', () => {
    expect(() => eventFrame({ id: '7\ndata: forged', data: '' })).toThrow(/line break/);
    expect(() => eventFrame({ event: 'a\rid: 1', data: '' })).toThrow(/line break/);
  });
});

describe('an event stream', () => {
  let server: Server;
  let line: Line;

  async function open(limits: Partial<EventStreamLimits> = {}): Promise<Line> {
    const opened = new Promise<ServerResponse>((resolve) => {
      server = createServer((_request, response) => resolve(response)).listen(0, '127.0.0.1');
    });
    await new Promise((resolve) => server.once('listening', resolve));
    const reader = connect((server.address() as AddressInfo).port, '127.0.0.1');
    let text = '';
    reader.on('data', (bytes) => (text += bytes.toString('latin1')));
    reader.on('error', () => undefined); // A reader that is cut off sees a reset; the test looks at what the stream says.
    reader.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    const response = await opened;
    response.removeHeader('transfer-encoding');
    response.writeHead(200, { connection: 'close' }).flushHeaders();
    const stream = new EventStream(response, { heartbeat_ms: 60_000, ...limits });
    line = { stream, reader, received: () => text.split('\r\n\r\n').slice(1).join('\r\n\r\n') };
    return line;
  }

  afterEach(() => {
    line.reader.destroy();
    server.closeAllConnections();
    server.close();
  });

  const ended = (reader: Socket) => new Promise((resolve) => reader.once('close', resolve));
  const frame = (id: number, bytes = 16 * KIB) => eventFrame({ id: String(id), data: 'x'.repeat(bytes) });
  const idsIn = (text: string) => [...text.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]));

  it('gives a reader that keeps up every event, in order, and then an end', async () => {
    const { stream, reader, received } = await open();
    for (let id = 1; id <= 500; id += 1) {
      if (!stream.flowing) await stream.drained();
      expect(stream.send(String(id), frame(id))).toBe(true);
    }
    stream.close();
    await ended(reader);
    expect(idsIn(received())).toEqual(Array.from({ length: 500 }, (_, index) => index + 1));
  });

  it('takes nothing while the socket is full, and goes on where it was once it drains', async () => {
    const { stream, reader, received } = await open();
    reader.pause();
    let id = 0;
    while (stream.send(String(id + 1), frame(id + 1))) id += 1;
    expect([stream.flowing, stream.alive, stream.send('x', frame(0))]).toEqual([false, true, false]);
    reader.resume();
    await stream.drained();
    expect(stream.send(String((id += 1)), frame(id))).toBe(true);
    stream.close();
    await ended(reader);
    expect(idsIn(received())).toEqual(Array.from({ length: id }, (_, index) => index + 1));
  });

  it('drops a reader that takes nothing from one heartbeat to the next, with the id of the last event it was given', async () => {
    const { stream, reader, received } = await open({ heartbeat_ms: 20 });
    let closed = 0;
    stream.onClose(() => (closed += 1));
    reader.pause();
    let last = 0;
    for (; stream.alive; await stream.drained()) while (stream.send(String(last + 1), frame(last + 1))) last += 1;
    expect([closed, stream.flowing, stream.alive, stream.send('9', frame(9))]).toEqual([1, false, false, false]);
    reader.resume();
    await ended(reader);
    expect(idsIn(received())).toEqual(Array.from({ length: last }, (_, index) => index + 1));
    expect(received().endsWith(`event: dropped\ndata: {"reason":"slow_reader","last_id":"${last}"}\n\n`)).toBe(true);
  });

  it('keeps a reader that takes what it is given, however many heartbeats pass', async () => {
    const { stream, received } = await open({ heartbeat_ms: 5 });
    for (let id = 1; id <= 20; id += 1) {
      while (!stream.send(String(id), frame(id))) await stream.drained();
      const beats = received().length;
      while (received().length < beats + 6) await new Promise((resolve) => line.reader.once('data', resolve));
    }
    expect(stream.alive).toBe(true);
  });

  it('keeps an idle stream open with comments', async () => {
    const { stream, reader, received } = await open({ heartbeat_ms: 5 });
    while (!received().startsWith(':\n\n:\n\n')) await new Promise((resolve) => reader.once('data', resolve));
    stream.close();
    expect(stream.flowing).toBe(false);
  });

  it('tells once when its reader goes away, and at once when it had gone before', async () => {
    const { stream, reader } = await open();
    const gone = new Promise<void>((resolve) => stream.onClose(resolve));
    reader.destroy();
    await gone;
    const again = jest.fn();
    stream.onClose(again);
    expect(again).toHaveBeenCalledTimes(1);
    expect(stream.send('1', frame(1))).toBe(false);
    await stream.drained();
  });
});

import { connect, type Socket } from 'node:net';
import { nowMs, type FromSwarm, type ToSwarm } from './messages.js';

/** What starts every card, and is nowhere else in what a server sends after its headers. */
const CARD = '{'.charCodeAt(0);
const AT_ONCE = 200;

/**
 * Readers of one server, in a process of their own. They do as little as can be done to a byte, the same for every kind of server: each counts
 * the cards in what arrives and notes when. Told by its parent what to do, one thing at a time.
 */
const readers: Reader[] = [];
let arrivals: Float64Array[] | null = null;
let reached: (() => void) | null = null;
let total = 0;
let behind = 0;

interface Reader {
  readonly socket: Socket;
  cards: number;
}

process.on('message', (message: ToSwarm) => {
  void answer(message).then((reply) => process.send!(reply));
});
process.on('disconnect', () => process.exit(0));

async function answer(message: ToSwarm): Promise<FromSwarm> {
  switch (message.do) {
    case 'connect':
      for (let from = 0; from < message.count; from += AT_ONCE) {
        const some = Math.min(AT_ONCE, message.count - from);
        await Promise.all(Array.from({ length: some }, () => open(message.port, message.request, message.stalled)));
      }
      return { did: 'connect' };
    case 'expect':
      total += message.cards;
      arrivals = message.timed ? readers.map(() => new Float64Array(message.cards)) : null;
      behind = readers.filter(({ cards }) => cards < total).length;
      process.send!({ did: 'ready' } satisfies FromSwarm);
      if (behind > 0) await new Promise<void>((resolve) => (reached = resolve));
      return { did: 'expect', at: nowMs() };
    case 'latencies':
      return { did: 'latencies', ms: latencies(message.sent) };
  }
}

/** Connects and reads the headers of the answer; only what follows is counted. */
function open(port: number, request: string, stalled: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.on('error', reject);
    socket.write(request);
    let head = Buffer.alloc(0);
    const onHead = (chunk: Buffer): void => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      const status = head.toString('latin1', 9, 12);
      if (status !== '200' && status !== '101') return void reject(new Error(head.toString('latin1', 0, 200)));
      socket.off('data', onHead);
      if (stalled) {
        socket.pause();
        return void resolve();
      }
      const reader: Reader = { socket, cards: 0 };
      const place = readers.push(reader) - 1;
      socket.on('data', (data: Buffer) => count(reader, place, data));
      if (head.length > end + 4) count(reader, place, head.subarray(end + 4));
      resolve();
    };
    socket.on('data', onHead);
  });
}

function count(reader: Reader, place: number, data: Buffer): void {
  const at = arrivals ? nowMs() : 0;
  const before = reader.cards;
  for (let found = data.indexOf(CARD); found >= 0; found = data.indexOf(CARD, found + 1)) {
    if (arrivals) arrivals[place]![arrivals[place]!.length - total + reader.cards] = at;
    reader.cards++;
  }
  if (before < total && reader.cards >= total && --behind === 0) reached?.();
}

function latencies(sent: readonly number[]): number[] {
  return (arrivals ?? []).flatMap((times) => Array.from(times, (at, card) => at - sent[card]!));
}

import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { nowMs, type FromBaseline, type ToBaseline } from './messages.js';

/**
 * What others do, in a process of its own: `ws` sends each card to each reader as the `ws` package does; `plain` writes it to each socket, with
 * nothing around it. Neither knows its readers, checks what they may see, reads a database or drops who is slow.
 */
const SERVERS = { ws: websockets, plain: sockets };

const send = SERVERS[process.argv[2] as keyof typeof SERVERS]();
process.on('message', ({ cards }: ToBaseline) => {
  tell({ did: 'send', at: nowMs() });
  for (const card of cards) send(card);
});
process.on('disconnect', () => process.exit(0));

function websockets(): (card: string) => void {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', backlog: 4_096, perMessageDeflate: false });
  server.on('listening', () => tell({ did: 'listen', port: (server.address() as AddressInfo).port }));
  return (card) => {
    const bytes = Buffer.from(card);
    for (const reader of server.clients) reader.send(bytes, { binary: false });
  };
}

function sockets(): (card: string) => void {
  const readers: Socket[] = [];
  const server = createServer({ noDelay: true }, (socket) => {
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n');
      readers.push(socket);
    });
    socket.on('error', () => socket.destroy());
  });
  server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () =>
    tell({ did: 'listen', port: (server.address() as AddressInfo).port }),
  );
  return (card) => {
    const bytes = Buffer.from(`data: ${card}\n\n`);
    for (const reader of readers) reader.write(bytes);
  };
}

function tell(message: FromBaseline): void {
  process.send!(message);
}

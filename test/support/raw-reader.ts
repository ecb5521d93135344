import { connect, type Socket } from 'node:net';

/** A reader of a stream of cards at its socket: it takes what comes as it comes, or nothing at all while the socket is paused. */
export class RawReader {
  readonly socket: Socket;
  closed = false;
  private text = '';

  /** Reads what follows the observation `last`; everything when it is null. */
  constructor(origin: string, { apiKey, path, last }: { apiKey: string; path: string; last: string | null }) {
    this.socket = connect(Number(new URL(origin).port), '127.0.0.1');
    this.socket.on('data', (bytes) => (this.text += bytes.toString('latin1')));
    this.socket.on('error', () => undefined); // Whoever is dropped may see a reset; what was received is looked at.
    this.socket.on('close', () => (this.closed = true));
    const resume = last === null ? '' : `last-event-id: ${last}\r\n`;
    this.socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${apiKey}\r\n${resume}\r\n`);
  }

  /** Ids of the events that came whole. */
  get ids(): string[] {
    const whole = this.text.slice(0, this.text.lastIndexOf('\n\n') + 2);
    return [...whole.matchAll(/^id: (obs_\w+)$/gm)].map((match) => match[1]!);
  }

  /** What came after the head of the answer. */
  get body(): string {
    return this.text.slice(this.text.indexOf('\r\n\r\n') + 4);
  }
}

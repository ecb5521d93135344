import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { projectRoot } from '../../src/platform/project-root.js';
import type { FromBaseline, ToBaseline } from './messages.js';
import type { FeedServer } from './feed-server.js';

const REQUESTS = {
  ws: 'GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  plain: 'GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n',
};

/** A server that only sends, in a process of its own. */
export class Baseline implements FeedServer {
  private constructor(
    private readonly child: ChildProcess,
    private readonly card: (id: string) => string,
    readonly port: number,
    readonly requests: readonly string[],
  ) {}

  /** `card` makes the text that is sent, as long as ours. */
  static async start(kind: keyof typeof REQUESTS, card: (id: string) => string): Promise<Baseline> {
    const child = fork(join(projectRoot(), 'dist/bench/feed/baseline-process.js'), [kind], {
      serialization: 'advanced',
    });
    const [{ port }] = (await once(child, 'message')) as [Extract<FromBaseline, { did: 'listen' }>];
    return new Baseline(child, card, port, [REQUESTS[kind]]);
  }

  async publish(ids: readonly string[]): Promise<number> {
    const heard = once(this.child, 'message') as Promise<[Extract<FromBaseline, { did: 'send' }>]>;
    this.child.send({ cards: ids.map(this.card) } satisfies ToBaseline);
    const [{ at }] = await heard;
    return at;
  }

  stop(): void {
    this.child.kill();
  }
}

import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../../src/platform/project-root.js';
import type { FromSwarm, ToSwarm } from './messages.js';

/** Readers of one server, in a process of their own. */
export class Swarm {
  private readonly child: ChildProcess = fork(join(projectRoot(), 'dist/bench/feed/swarm-process.js'), [], {
    serialization: 'advanced',
  });

  /** `request` is what each reader writes on its connection; `stalled` ones never read what they are sent. */
  async connect(port: number, count: number, request: string, stalled = false): Promise<void> {
    this.child.send({ do: 'connect', port, count, request, stalled } satisfies ToSwarm);
    await this.heard('connect');
  }

  /** Resolves once the readers are waiting, with a promise of when, by `nowMs`, the last of them has had so many more cards. */
  async expect(cards: number, timed = false): Promise<{ readonly done: Promise<number> }> {
    const ready = this.heard('ready');
    const done = this.heard('expect').then(({ at }) => at);
    this.child.send({ do: 'expect', cards, timed } satisfies ToSwarm);
    await ready;
    return { done };
  }

  /** From when each of the last timed cards was `sent` to when each reader had it, in milliseconds. */
  async latencies(sent: readonly number[]): Promise<readonly number[]> {
    this.child.send({ do: 'latencies', sent } satisfies ToSwarm);
    return (await this.heard('latencies')).ms;
  }

  stop(): void {
    this.child.kill();
  }

  private heard<Did extends FromSwarm['did']>(did: Did): Promise<Extract<FromSwarm, { did: Did }>> {
    return new Promise((resolve, reject) => {
      const ended = (): void => reject(new Error(`the readers ended before they said ${did}`));
      const listen = (message: FromSwarm): void => {
        if (message.did !== did) return;
        this.child.off('message', listen);
        this.child.off('exit', ended);
        resolve(message as Extract<FromSwarm, { did: Did }>);
      };
      this.child.on('message', listen);
      this.child.once('exit', ended);
    });
  }
}

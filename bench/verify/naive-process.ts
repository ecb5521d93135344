import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { projectRoot } from '../../src/platform/project-root.js';

/** A naive worker in a process of its own, one photo at a time. */
export class NaiveProcess {
  private constructor(private readonly child: ChildProcess) {}

  static async start(cacheDirectory: string): Promise<NaiveProcess> {
    const program = join(projectRoot(), 'dist/bench/verify/naive.js');
    const child = fork(program, [cacheDirectory, projectRoot()], { serialization: 'advanced' });
    await heard(child);
    return new NaiveProcess(child);
  }

  async verify(bytes: Buffer): Promise<void> {
    const done = heard(this.child);
    this.child.send(bytes);
    await done;
  }

  stop(): void {
    this.child.kill();
  }
}

async function heard(child: ChildProcess): Promise<void> {
  const waiting = new AbortController();
  const { signal } = waiting;
  const ended = once(child, 'exit', { signal }).then(() => Promise.reject(new Error('the naive worker ended')));
  try {
    await Promise.race([once(child, 'message', { signal }), ended]);
  } finally {
    waiting.abort();
  }
}

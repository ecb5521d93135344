import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { projectRoot } from '../../src/platform/project-root.js';

/** Upright hashes of the scenes `0` to `count - 1`, in batches and in order, rendered by a thread a core while the caller stores. */
export async function* sceneHashes(count: number, batch: number): AsyncGenerator<string[]> {
  const program = join(projectRoot(), 'dist/bench/duplicates/scene-worker.js');
  const threads = Array.from({ length: availableParallelism() }, () => new Worker(program));
  const ask = (from: number): Promise<string[]> | null => {
    if (from >= count) return null;
    const thread = threads[(from / batch) % threads.length]!;
    thread.postMessage([from, Math.min(count, from + batch)]);
    return once(thread, 'message').then(([hashes]) => hashes as string[]);
  };
  try {
    const asked = threads.map((_, i) => ask(i * batch));
    for (let from = 0; from < count; from += batch) {
      yield (await asked.shift())!;
      asked.push(ask(from + threads.length * batch));
    }
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

import type { Options } from './command.js';

/** Repeats a request: the same key and the same words are the same request, whatever became of the first. */
export const REPEATABLE = {
  'idempotency-key': { type: 'string', value: 'KEY', about: 'Repeat the request that this key was printed for.' },
} as const satisfies Options;

/** Something failed on the way, and this is how to ask for the very same thing again. */
export class Repeatable extends Error {
  override readonly name = 'Repeatable';
  constructor(
    override readonly cause: unknown,
    /** Options to be added to, or to take the place of those in, the same command line. */
    readonly options: readonly string[],
  ) {
    super('a request that can be repeated', { cause });
  }
}

/**
 * Asks by the key that was given, or a new one.
 * @param also Options whose words stand for something else the next time, as they were understood now.
 * @throws {Repeatable} whatever fails.
 */
export async function repeatably<T>(
  options: { readonly 'idempotency-key': string | undefined },
  ask: (idempotencyKey: string) => Promise<T>,
  also: readonly string[] = [],
): Promise<T> {
  const key = options['idempotency-key'] ?? crypto.randomUUID();
  return ask(key).catch((cause: unknown) => {
    throw new Repeatable(cause, ['--idempotency-key', key, ...also]);
  });
}

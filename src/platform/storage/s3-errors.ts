import { DomainError } from '../../kernel/problem.js';

const MISSING = new Set(['NoSuchKey', 'NotFound']);

/** The answer of an S3 call; null when the object is not there. Everything else that goes wrong is an outage with its cause. */
export async function unlessMissing<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (MISSING.has((error as { code?: string } | null)?.code ?? '')) return null;
    throw asOutage(error);
  }
}

/** The answer of an S3 call that cannot miss. */
export async function orOutage<T>(call: Promise<T>): Promise<T> {
  return call.catch((error: unknown) => {
    throw asOutage(error);
  });
}

function asOutage(error: unknown): unknown {
  if (error instanceof DomainError || error instanceof RangeError) return error;
  return new DomainError(
    'dependency_unavailable',
    'the object storage did not do what it was asked',
    {},
    { cause: error },
  );
}

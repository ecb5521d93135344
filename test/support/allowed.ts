import { ProblemError } from '@groundtruth/sdk/agent';

/** The answer, or null for a refusal, which is part of a random play; anything else fails it. */
export async function allowed<T>(step: () => Promise<T>): Promise<T | null> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof ProblemError && error.status < 500) return null;
    throw error;
  }
}

import { UnexpectedAnswer } from './errors.js';

/** A first answer is lost rarely, twice in a row hardly ever. */
const REGISTRATIONS_MAX = 3;

/**
 * Registers until the answer holds the key. A repeated request gets the stored answer, in which the key is null because the server
 * keeps only its hash; then a new registration, with a new idempotency key, is the way to a usable one.
 */
export async function registerOnce<T extends { api_key: string | null }>(
  register: () => Promise<T>,
): Promise<T & { api_key: string }> {
  for (let registrations = 0; registrations < REGISTRATIONS_MAX; registrations++) {
    const registered = await register();
    if (registered.api_key !== null) return { ...registered, api_key: registered.api_key };
  }
  throw new UnexpectedAnswer('the key of a new registration was lost on the way again and again', 201);
}

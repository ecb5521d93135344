import type { Journal } from './journal.js';
import type { World } from './world.js';

/** Runs `work`, writes what it changed to the journal, and only then returns its result. When it throws, nothing has changed. */
export function transact<T>(world: World, journal: Journal, request: World['request'], work: () => T): T {
  const { store } = world;
  store.begin();
  world.request = request;
  try {
    const result = work();
    journal.append(store.pending());
    store.commit();
    return result;
  } catch (error) {
    store.rollback();
    throw error;
  } finally {
    world.request = null;
  }
}

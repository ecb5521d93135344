import type { Endpoint } from '../resources/call.js';

interface Route {
  readonly endpoint: Endpoint;
  readonly pattern: RegExp;
}

export interface Match {
  readonly endpoint: Endpoint;
  readonly ids: readonly string[];
}

/** Finds the endpoint of a method and path. An exact path wins over one with an id in its place. */
export function router(endpoints: readonly Endpoint[]): (method: string, path: string) => Match | null {
  const routes: Route[] = endpoints
    .toSorted((a, b) => a.path.split(':').length - b.path.split(':').length)
    .map((endpoint) => ({ endpoint, pattern: new RegExp(`^${endpoint.path.replace(/:id/g, '([^/]+)')}$`) }));
  return (method, path) => {
    for (const { endpoint, pattern } of routes) {
      const match = endpoint.method === method ? pattern.exec(path) : null;
      if (match) return { endpoint, ids: match.slice(1).map(decodeURIComponent) };
    }
    return null;
  };
}

import type { FastifyInstance } from 'fastify';

/** Statuses whose answers have no body. */
const EMPTY = [204, 304];

/**
 * A `fetch` that hands requests to our own api without a network: they pass the same hooks, guards and schemas as anybody’s. What is for
 * another origin, such as storage on another machine, goes there.
 */
export function inProcessFetch(server: Pick<FastifyInstance, 'inject'>, origin: () => string): typeof fetch {
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.origin !== new URL(origin()).origin) return fetch(input, init);
    const { body } = init;
    const answer = await server.inject({
      method: (init.method ?? 'GET') as 'GET',
      url: `${url.pathname}${url.search}`,
      headers: Object.fromEntries(new Headers(init.headers)),
      ...(body !== undefined && body !== null && { payload: bytesOf(body) }),
    });
    const headers = new Headers();
    for (const [name, value] of Object.entries(answer.headers))
      for (const each of [value].flat()) if (each !== undefined) headers.append(name, String(each));
    const content = EMPTY.includes(answer.statusCode) ? null : new Uint8Array(answer.rawPayload);
    return new Response(content, { status: answer.statusCode, headers });
  };
}

/** Texts and bytes are all that the SDK sends. */
function bytesOf(body: NonNullable<RequestInit['body']>): Buffer {
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) return Buffer.from(body);
  throw new TypeError('only texts and bytes are sent in process');
}

import type { FastifyInstance } from 'fastify';

/**
 * A `fetch` that hands requests to our own api without a socket: they pass the same hooks, guards, limits and schemas as anybody’s, in the name of
 * `remoteAddress` where one is given. What is for another origin, such as storage on another machine, goes there. Takes what the SDK sends: texts
 * and bytes. `origin` is asked at each request, since a port is known only once the api listens.
 */
export function inProcessFetch(
  server: Pick<FastifyInstance, 'inject'>,
  origin: () => string,
  remoteAddress?: string,
): typeof fetch {
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.origin !== new URL(origin()).origin) return fetch(input, init);
    const { method = 'GET', body, signal } = init;
    signal?.throwIfAborted();
    const answer = await server.inject({
      method: method as 'GET',
      url: `${url.pathname}${url.search}`,
      headers: Object.fromEntries(new Headers(init.headers)),
      ...(remoteAddress && { remoteAddress }),
      ...(body !== undefined && body !== null && { payload: bytesOf(body) }),
    });
    signal?.throwIfAborted();
    const headers = new Headers();
    for (const [name, value] of Object.entries(answer.headers))
      for (const each of [value].flat()) if (each !== undefined) headers.append(name, String(each));
    const content = answer.rawPayload.length === 0 ? null : new Uint8Array(answer.rawPayload);
    return new Response(content, { status: answer.statusCode, headers });
  };
}

function bytesOf(body: NonNullable<RequestInit['body']>): Buffer {
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) return Buffer.from(body);
  throw new TypeError('only texts and bytes are sent in process');
}

import type { FastifyInstance } from 'fastify';

/**
 * A `fetch` that asks this very api without a socket: the same hooks, guards and limits as for any request, in the name of the caller whose address
 * is given. Takes what the SDK sends: a URL, and a body of text.
 */
export function fetchThrough(instance: Pick<FastifyInstance, 'inject'>, address: string): typeof globalThis.fetch {
  return async (input, { method = 'GET', headers, body, signal } = {}) => {
    signal?.throwIfAborted();
    const { pathname, search } = new URL(String(input));
    const answer = await instance.inject({
      method: method as 'GET',
      url: `${pathname}${search}`,
      headers: Object.fromEntries(new Headers(headers)),
      remoteAddress: address,
      ...(typeof body === 'string' && { payload: body }),
    });
    signal?.throwIfAborted();
    const told = Object.entries(answer.headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)] as [string, string]],
    );
    return new Response(answer.rawPayload.length === 0 ? null : new Uint8Array(answer.rawPayload), {
      status: answer.statusCode,
      headers: told,
    });
  };
}

import { inProcessFetch } from './in-process-fetch.js';

const ORIGIN = 'http://127.0.0.1:8787';
type Injected = {
  method: string;
  url: string;
  headers: Record<string, string>;
  payload?: Buffer;
  remoteAddress?: string;
};

/** What was asked of the server, and its answer to everything. */
function server(statusCode: number, body: string, address?: string) {
  const asked: Injected[] = [];
  const inject = (request: Injected) => {
    asked.push(request);
    const headers = { 'content-type': 'application/json', 'set-cookie': ['a=1', 'b=2'], 'x-none': undefined };
    return Promise.resolve({ statusCode, headers, rawPayload: Buffer.from(body) });
  };
  return { asked, fetch: inProcessFetch({ inject } as never, () => ORIGIN, address) };
}

describe('a fetch in process', () => {
  it('hands over method, path, query, headers and bytes, and answers as a network would', async () => {
    const { asked, fetch } = server(201, '{"id":1}');
    const answer = await fetch(`${ORIGIN}/v1/seals?x=1`, { method: 'POST', headers: { A: 'b' }, body: '{}' });
    expect(asked).toEqual([{ method: 'POST', url: '/v1/seals?x=1', headers: { a: 'b' }, payload: Buffer.from('{}') }]);
    expect([answer.status, await answer.json(), answer.headers.get('x-none')]).toEqual([201, { id: 1 }, null]);
  });

  it('asks in the name of the address it was given', async () => {
    const { asked, fetch } = server(200, '', '203.0.113.7');
    await fetch(ORIGIN);
    expect(asked).toEqual([{ method: 'GET', url: '/', headers: {}, remoteAddress: '203.0.113.7' }]);
  });

  it('asks nothing for whoever has given up', async () => {
    const { asked, fetch } = server(200, '');
    await expect(fetch(ORIGIN, { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
    expect(asked).toEqual([]);
  });

  it('answers without a body where there is none', async () => {
    expect(await (await server(204, '').fetch(`${ORIGIN}/x`)).text()).toBe('');
  });

  it('sends nothing that it cannot send whole', async () => {
    await expect(server(200, '').fetch(ORIGIN, { method: 'POST', body: new FormData() })).rejects.toThrow(TypeError);
  });
});

import { instantTiming } from '../../http/instant-timing.fixture.js';
import { ScriptedServer } from '../../http/scripted-server.fixture.js';
import { httpLogSource } from './http-source.js';

let server: ScriptedServer;
beforeAll(async () => (server = await ScriptedServer.start({ status: 404 })));
afterAll(() => server.stop());

const LIMITED = { code: 'rate_limited', retry: 'after_delay', title: '', status: 429 };
const source = (timing = instantTiming()) => httpLogSource({ baseUrl: server.baseUrl, mode: 'live', timing });

describe('a log read from a server', () => {
  it('waits out rate limits and outages, and asks for the same tile again', async () => {
    const limited = { status: 429, json: LIMITED, headers: { 'retry-after': '3' } };
    server.script(limited, 'drop', { status: 200, text: 'hashes' });
    const timing = instantTiming();
    expect(Buffer.from((await source(timing).tile('0/000.p/7'))!).toString()).toBe('hashes');
    expect(server.seen.map(({ url }) => url)).toEqual(Array(3).fill('/v1/log/live/tile/0/000.p/7'));
    expect(timing.pauses[0]).toBe(3_000);
  });

  it('tells what is not there from what does not answer', async () => {
    server.script({ status: 404, json: { code: 'not_found', retry: 'never', title: '', status: 404 } });
    expect([await source().tile('0/000'), await source().checkpoint(), await source().growth(1, 2)]).toEqual([
      null,
      null,
      null,
    ]);
    server.script('drop');
    await expect(source().tile('0/000')).rejects.toMatchObject({ name: 'ConnectionFailed' });
  });
});

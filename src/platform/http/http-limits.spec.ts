import { Body, Controller, Get, Module, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ManualClock } from '../../kernel/clock.js';
import { loadConfig } from '../config/index.js';
import { createLogger, Log, Metrics } from '../telemetry/index.js';
import { createHttpApp, OpenStreams, type HttpApp } from './index.js';

@Controller('things')
class ThingsController {
  constructor(
    private readonly streams: OpenStreams,
    private readonly log: Log,
  ) {}

  @Post()
  create(@Body() thing: unknown) {
    this.log.info({}, 'handled');
    return thing;
  }

  @Get(':id')
  get() {
    return {};
  }

  @Get(':id/stream')
  stream(@Res() reply: FastifyReply) {
    this.streams.open(reply).send('1', Buffer.from('id: 1\ndata: a\n\n'));
  }
}

@Module({ controllers: [ThingsController] })
class ThingsModule {}

interface Started extends HttpApp {
  readonly lines: () => Record<string, unknown>[];
  readonly clock: ManualClock;
}

async function start(env: Record<string, string> = {}): Promise<Started> {
  const written: string[] = [];
  const clock = new ManualClock(Date.UTC(2026, 0, 1));
  const destination = { write: (line: string) => void written.push(line) };
  const log = createLogger({ level: 'debug', process: 'test', destination });
  const config = loadConfig({ PORT: '0', ...env });
  const http = await createHttpApp(ThingsModule, { config, log, clock, metrics: new Metrics() });
  await http.app.init();
  await http.app.getHttpAdapter().getInstance().ready();
  return { ...http, clock, lines: () => written.map((line) => JSON.parse(line)) };
}

describe('the rate limit', () => {
  it('allows the burst, refuses the next request, and allows one more when it says', async () => {
    const http = await start({ RATE_LIMIT_ADDRESS_PER_MINUTE: '3' });
    const get = async () => http.app.inject({ url: '/things/1' });
    const first = await get();
    expect(first.headers).toMatchObject({
      'ratelimit-limit': '3',
      'ratelimit-remaining': '2',
      'ratelimit-reset': '20',
    });
    expect([(await get()).statusCode, (await get()).statusCode]).toEqual([200, 200]);
    const refused = await get();
    expect([refused.statusCode, refused.json().code, refused.headers['retry-after']]).toEqual([
      429,
      'rate_limited',
      '20',
    ]);
    expect((await http.app.inject({ url: '/healthz' })).statusCode).toBe(200);
    http.clock.advance(19_999);
    expect((await get()).statusCode).toBe(429);
    http.clock.advance(1);
    expect((await get()).statusCode).toBe(200);
    await http.close();
  });
});

describe('browsers', () => {
  it('may call from a listed origin only', async () => {
    const http = await start({ CORS_ORIGINS: 'https://web.example' });
    const from = async (origin: string) => http.app.inject({ url: '/things/1', headers: { origin } });
    expect((await from('https://web.example')).headers['access-control-allow-origin']).toBe('https://web.example');
    expect((await from('https://evil.example')).headers['access-control-allow-origin']).not.toBe(
      'https://evil.example',
    );
    await http.close();
  });
});

/** A body that arrives in several pieces, each by its own event of the socket. */
function inParts(...parts: string[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      const part = parts.shift();
      if (part === undefined) controller.close();
      else controller.enqueue(new TextEncoder().encode(part));
    },
  });
}

describe('a listening api', () => {
  it('logs the request id inside handlers that read a body, over a real socket', async () => {
    const http = await start();
    const origin = await http.listen();
    const headers = { 'content-type': 'application/json', 'x-request-id': 'over-a-socket' };
    const reply = await fetch(`${origin}/things`, {
      method: 'POST',
      headers,
      body: inParts('{"name"', ':"a"}'),
      duplex: 'half',
    } as RequestInit);
    expect(await reply.json()).toEqual({ name: 'a' });
    expect(reply.headers.get('x-request-id')).toBe('over-a-socket');
    await http.close();
    expect(http.lines().find((line) => line.message === 'handled')).toMatchObject({ request_id: 'over-a-socket' });
    expect(http.lines().find((line) => line.message === 'answered')).toMatchObject({
      request_id: 'over-a-socket',
      route: '/things',
      status: 201,
    });
  });

  it('ends open streams and finishes when it is closed', async () => {
    const http = await start();
    const origin = await http.listen();
    const reply = await fetch(`${origin}/things/1/stream`);
    expect(reply.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(http.app.get(OpenStreams).count).toBe(1);
    await http.close();
    expect(await reply.text()).toBe('retry: 1000\n\nid: 1\ndata: a\n\n');
    expect(http.app.get(OpenStreams).count).toBe(0);
    await expect(fetch(`${origin}/healthz`)).rejects.toThrow();
  });

  it('refuses a stream more than it may hold', async () => {
    const http = await start({ STREAMS_MAX: '1' });
    const origin = await http.listen();
    const first = await fetch(`${origin}/things/1/stream`);
    const second = await fetch(`${origin}/things/1/stream`);
    expect([first.status, second.status, second.headers.get('content-type')]).toEqual([
      200,
      429,
      'application/problem+json',
    ]);
    await http.close();
  });
});

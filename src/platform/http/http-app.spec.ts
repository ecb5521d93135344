import { Body, Controller, Get, Module, Param, Post, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ManualClock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/problem.js';
import { loadConfig } from '../config/index.js';
import { createLogger, Metrics } from '../telemetry/index.js';
import { createHttpApp, RawBody, Readiness, ZodPipe, type HttpApp } from './index.js';

const thingSchema = z.strictObject({ name: z.string(), area: z.strictObject({ lat: z.number() }).optional() });

@Controller('things')
class ThingsController {
  @Post()
  create(@Body(new ZodPipe(thingSchema)) thing: z.output<typeof thingSchema>) {
    return thing;
  }

  @Get(':id')
  get(@Param('id') id: string, @Query(new ZodPipe(z.strictObject({}))) _query: object) {
    if (id === 'poor')
      throw new DomainError('insufficient_funds', 'short', {
        needed: '5.000000',
        status: 200,
        param: 'amount',
        hint: 'Top up.',
      });
    if (id === 'slow-down') throw new DomainError('rate_limited', 'slow', { retry_after_s: 1.2 });
    if (id === 'bug') throw new Error('SECRET table name');
    if (id === 'bug-object') throw { statusCode: 400, message: 'SECRET' };
    if (id === 'bigint') return { micros: 5n };
    if (id === 'bigint-fact') throw new DomainError('not_found', 'x', { micros: 5n });
    return { id };
  }

  @Post('hook')
  @RawBody()
  hook(@Req() request: FastifyRequest) {
    return { bytes: (request.body as Buffer).toString('hex') };
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
  const log = createLogger({
    level: 'debug',
    process: 'test',
    destination: { write: (line) => void written.push(line) },
  });
  const http = await createHttpApp(ThingsModule, {
    config: loadConfig({ PORT: '0', ...env }),
    log,
    clock,
    metrics: new Metrics(),
  });
  await http.app.init();
  await http.app.getHttpAdapter().getInstance().ready();
  return { ...http, clock, lines: () => written.map((line) => JSON.parse(line)) };
}

describe('the api', () => {
  let http: Started;
  beforeAll(async () => {
    http = await start({ PUBLIC_URL: 'https://api.example', BODY_BYTES_MAX: '2048', METRICS_TOKEN: 'token-1' });
  });
  afterAll(() => http.close());

  const inject = (options: object) => http.app.inject(options as never);
  const post = (payload: string | Buffer, type = 'application/json') =>
    inject({ method: 'POST', url: '/things', payload, headers: { 'content-type': type } });

  it('answers a refusal as a problem document that facts cannot falsify', async () => {
    const reply = await inject({ url: '/things/poor', headers: { 'x-request-id': 'request-77' } });
    expect(reply.headers['content-type']).toBe('application/problem+json');
    expect(reply.statusCode).toBe(402);
    expect(reply.json()).toEqual({
      type: 'https://api.example/docs/errors/insufficient_funds.md',
      title: expect.any(String),
      status: 402,
      detail: 'short',
      code: 'insufficient_funds',
      retry: 'after_funding',
      request_id: 'request-77',
      param: 'amount',
      hint: 'Top up.',
      needed: '5.000000',
    });
  });

  it('tells when to come back in whole seconds, rounded up', async () => {
    const reply = await inject({ url: '/things/slow-down' });
    expect([reply.statusCode, reply.headers['retry-after']]).toEqual([429, '2']);
  });

  it.each(['bug', 'bug-object', 'bigint', 'bigint-fact'])(
    'answers a %s with nothing but its request id, and logs the rest',
    async (kind) => {
      const reply = await inject({ url: `/things/${kind}`, headers: { 'x-request-id': `request-${kind}` } });
      expect(reply.statusCode).toBe(500);
      expect(reply.json()).toMatchObject({ code: 'internal', request_id: `request-${kind}` });
      expect(reply.body).not.toContain('SECRET');
      const line = http.lines().find((entry) => entry.request_id === `request-${kind}` && entry.level === 'error');
      expect(line).toMatchObject({ message: 'a request failed' });
      if (kind === 'bug')
        expect(line!.err).toMatchObject({
          message: 'SECRET table name',
          stack: expect.stringContaining('http-app.spec'),
        });
    },
  );

  it.each([
    ['malformed JSON', () => post('{"name":'), 400, 'invalid_request'],
    ['a body that is not UTF-8', () => post(Buffer.from([0x22, 0xff, 0x22])), 400, 'invalid_request'],
    ['an empty body', () => post(''), 400, 'invalid_request'],
    ['another media type', () => post('name=a', 'application/x-www-form-urlencoded'), 415, 'unsupported_media_type'],
    ['plain text', () => post('a', 'text/plain'), 415, 'unsupported_media_type'],
    ['an unknown path', () => inject({ url: '/nothing' }), 404, 'not_found'],
    ['a path that cannot be decoded', () => inject({ url: '/things/%zz' }), 400, 'invalid_request'],
    ['a path segment that is too long', () => inject({ url: `/things/${'a'.repeat(257)}` }), 400, 'invalid_request'],
    [
      'a method the path does not take',
      () => inject({ method: 'DELETE', url: '/things/1' }),
      405,
      'method_not_allowed',
    ],
    ['an unknown query field', () => inject({ url: '/things/1?x=1' }), 400, 'invalid_request'],
  ])('refuses %s in the words of the catalogue', async (_what, send, status, code) => {
    const reply = await send();
    expect([reply.statusCode, reply.json().code, reply.headers['content-type']]).toEqual([
      status,
      code,
      'application/problem+json',
    ]);
    expect(reply.headers['x-content-type-options']).toBe('nosniff');
  });

  it('names the methods a path takes', async () => {
    expect((await inject({ method: 'PUT', url: '/things/1?a=b' })).headers.allow).toBe('GET, HEAD');
  });

  it('takes a body of exactly the limit and refuses one byte more', async () => {
    const body = (bytes: number) => JSON.stringify({ name: 'a'.repeat(bytes - '{"name":""}'.length) });
    expect((await post(body(2048))).statusCode).toBe(201);
    const refused = await post(body(2049));
    expect([refused.statusCode, refused.json().code]).toEqual([413, 'payload_too_large']);
  });

  it('does not let a key of JSON reach a prototype', async () => {
    expect((await post('{"__proto__":{"a":1}}')).json().detail).toBe('the body is not JSON');
    expect((await post('{"constructor":{"prototype":{"a":1}}}')).json().detail).toBe('the body is not JSON');
  });

  it('names the field at fault by its path', async () => {
    expect((await post('{"name":"a","area":{"lat":"x"}}')).json()).toMatchObject({
      code: 'invalid_request',
      param: 'area.lat',
    });
  });

  it('hands a webhook the bytes that were sent, JSON or not', async () => {
    const reply = await inject({
      method: 'POST',
      url: '/things/hook',
      payload: '{"a" : 1',
      headers: { 'content-type': 'application/json' },
    });
    expect(reply.json()).toEqual({ bytes: Buffer.from('{"a" : 1').toString('hex') });
  });

  it.each([
    ['a safe request id', 'abc-DEF_1.2', true],
    ['one that is too short to be unique', 'abc', false],
    ['one with a space', 'abcdefgh ijk', false],
    ['one that is too long', 'a'.repeat(101), false],
  ])('keeps %s or mints one', async (_what, given, kept) => {
    const { headers } = await inject({ url: '/things/1', headers: { 'x-request-id': given } });
    expect(headers['x-request-id']).toMatch(kept ? given : /^req_[0-9a-f]{32}$/);
  });

  it('forbids caches and frames unless a route says otherwise', async () => {
    const { headers } = await inject({ url: '/things/1' });
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
    });
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  it('measures requests by route template, never by path', async () => {
    await inject({ url: '/things/one-of-many' });
    const reply = await inject({ url: '/metrics', headers: { authorization: 'Bearer token-1' } });
    expect(reply.headers['content-type']).toMatch(/^text\/plain; version=0.0.4/);
    expect(reply.body).toContain('http_request_duration_seconds_count{method="GET",route="/things/:id",status="200"}');
    expect(reply.body).not.toContain('one-of-many');
  });

  it.each([undefined, 'Bearer token-2', 'token-1'])(
    'keeps the metrics from a caller with %s',
    async (authorization) => {
      const reply = await inject({ url: '/metrics', headers: { ...(authorization && { authorization }) } });
      expect([reply.statusCode, reply.headers['www-authenticate']]).toEqual([401, 'Bearer']);
    },
  );

  it('is ready when every part is, and names those that are not', async () => {
    const readiness = http.app.get(Readiness);
    readiness.add('database', async () => 'anything');
    expect((await inject({ url: '/readyz' })).json()).toEqual({ status: 'ready', checks: { database: 'ok' } });
    readiness.add('storage', async () => Promise.reject(new Error('SECRET path')));
    const reply = await inject({ url: '/readyz' });
    expect(reply.json()).toMatchObject({
      status: 503,
      code: 'dependency_unavailable',
      checks: { database: 'ok', storage: 'failed' },
    });
    expect(reply.body).not.toContain('SECRET');
    expect((await inject({ url: '/healthz' })).json()).toEqual({ status: 'ok' });
  });
});

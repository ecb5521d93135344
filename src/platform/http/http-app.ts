import type { AddressInfo } from 'node:net';
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '../../kernel/clock.js';
import { CONFIG, type Config } from '../config/index.js';
import { Log, Metrics, NestLogger } from '../telemetry/index.js';
import { AllowedMethods } from './allowed-methods.js';
import { closeGracefully } from './close-gracefully.js';
import { HttpRootModule } from './http-root.module.js';
import { acceptJsonOnly } from './json-body.js';
import { toJson } from './json.js';
import { OpenStreams } from './open-streams.js';
import { ProblemFilter } from './problem.filter.js';
import { PublicAddress } from './public-address.js';
import { RateLimits } from './rate-limits.js';
import { Readiness } from './readiness.js';
import { addRequestHooks, SECURITY_HEADERS } from './request-hooks.js';
import { requestIdOf } from './request-id.js';
import { holdUrlsStorable } from './storable-text.js';
import { Waits } from './waits.js';

/** Longest segment a route parameter takes; storage keys are the longest that are ours. */
const PARAMETER_LENGTH_MAX = 256;

const EXPOSED_HEADERS = [
  'X-Request-Id',
  'Retry-After',
  'RateLimit-Limit',
  'RateLimit-Remaining',
  'RateLimit-Reset',
  'Idempotency-Replayed',
  'ETag',
  'PAYMENT-REQUIRED',
  'PAYMENT-RESPONSE',
];

export interface HttpAppOptions {
  readonly config: Config;
  readonly log: Log;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** Give it when parts made before the application must know it. */
  readonly address?: PublicAddress;
}

export interface HttpApp {
  readonly app: NestFastifyApplication;
  /** Starts to accept and answers the origin to reach it at. */
  listen(): Promise<string>;
  /** Not ready, streams ended, requests in flight finished or cut after `SHUTDOWN_GRACE_MS`, then every module's own end. Repeatable. */
  close(): Promise<void>;
}

/**
 * The api around a module: JSON in and out, refusals as problem documents, request ids, limits, health and metrics. Every module inside may
 * inject `CONFIG`, `Clock`, `Log`, `Metrics`, `Readiness`, `RateLimits`, `OpenStreams`, `Waits` and `PublicAddress`.
 */
export async function createHttpApp(
  module: Type | DynamicModule,
  { config, log, clock, metrics, address = new PublicAddress(config) }: HttpAppOptions,
): Promise<HttpApp> {
  const readiness = new Readiness(config);
  const streams = new OpenStreams(config);
  const waits = new Waits();
  const limits = new RateLimits(clock, config);
  const methods = new AllowedMethods();
  metrics.gauge('http_streams_open', 'Event streams open now', () => streams.count);

  const problems = new ProblemFilter(log, address, methods);
  const adapter = createAdapter(config, problems);
  const instance = adapter.getInstance() as unknown as FastifyInstance;
  methods.watch(instance);
  addRequestHooks(instance, { log, metrics, limits });
  acceptJsonOnly(instance);
  holdUrlsStorable(instance);

  const root = HttpRootModule.around(module, [
    { provide: CONFIG, useValue: config },
    { provide: Log, useValue: log },
    { provide: Clock, useValue: clock },
    { provide: Metrics, useValue: metrics },
    { provide: Readiness, useValue: readiness },
    { provide: RateLimits, useValue: limits },
    { provide: OpenStreams, useValue: streams },
    { provide: Waits, useValue: waits },
    { provide: PublicAddress, useValue: address },
  ]);
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    logger: new NestLogger(log),
    bodyParser: false,
    abortOnError: false,
  });
  app.useGlobalFilters(problems);
  if (config.CORS_ORIGINS.length > 0)
    app.enableCors({ origin: [...config.CORS_ORIGINS], exposedHeaders: EXPOSED_HEADERS, maxAge: 600 });

  let closing: Promise<void> | undefined;
  return {
    app,
    listen: async () => {
      await app.listen({ host: config.HOST, port: config.PORT });
      address.listensOn((app.getHttpServer().address() as AddressInfo).port);
      return address.origin;
    },
    close: () => {
      waits.stop();
      return (closing ??= closeGracefully(app, { readiness, streams, grace_ms: config.SHUTDOWN_GRACE_MS }));
    },
  };
}

function createAdapter(config: Config, problems: ProblemFilter): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: config.BODY_BYTES_MAX,
    requestTimeout: config.REQUEST_TIMEOUT_MS,
    trustProxy: config.TRUSTED_PROXIES.length > 0 ? [...config.TRUSTED_PROXIES] : false,
    genReqId: requestIdOf,
    routerOptions: { maxParamLength: PARAMETER_LENGTH_MAX },
    // The router refuses a path it cannot read before any hook runs.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      void reply.headers({ ...SECURITY_HEADERS, 'x-request-id': request.id });
      problems.answer(error, request, reply);
    },
  });
  adapter.getInstance().setReplySerializer(toJson);
  return adapter;
}

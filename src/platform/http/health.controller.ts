import { createHash, timingSafeEqual } from 'node:crypto';
import { Controller, Get, Headers, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { DomainError } from '../../kernel/problem.js';
import { CONFIG, type Config } from '../config/index.js';
import { Metrics } from '../telemetry/index.js';
import { Readiness } from './readiness.js';

/** What operators and balancers ask. None of it needs an API key. */
@Controller()
export class HealthController {
  constructor(
    private readonly readiness: Readiness,
    private readonly metrics: Metrics,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The process answers. It says nothing about what it depends on: restarting it would not repair a database. */
  @Get('healthz')
  healthy() {
    return { status: 'ok' };
  }

  /** Every part answers. Refuses with `dependency_unavailable` naming those that do not. */
  @Get('readyz')
  async ready() {
    const checks = await this.readiness.ask();
    const failed = Object.keys(checks).filter((name) => checks[name] === 'failed');
    if (failed.length > 0)
      throw new DomainError('dependency_unavailable', `not ready: ${failed.join(', ')}`, { checks });
    return { status: 'ready', checks };
  }

  @Get('metrics')
  async scrape(
    @Headers('authorization') authorization: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const token = this.config.METRICS_TOKEN;
    if (token !== undefined && !sameText(authorization ?? '', `Bearer ${token}`)) {
      throw new DomainError('unauthenticated', 'the metrics need their own bearer token');
    }
    const { content_type, text } = await this.metrics.render();
    void reply.type(content_type);
    return text;
  }
}

/** Compares digests, so that time tells nothing about the text or its length. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { runInRequest, type Log, type Metrics } from '../telemetry/index.js';
import type { RateLimits } from './rate-limits.js';

/** Probes come often and from one address, and must answer when everything else is refused. */
const UNLIMITED = new Set(['/healthz', '/readyz', '/metrics']);

export const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
};

/** What happens around every request, whoever answers it: id, headers, rate limit, one log line and one sample. Add before any route. */
export function addRequestHooks(
  instance: FastifyInstance,
  parts: { log: Log; metrics: Metrics; limits: RateLimits },
): void {
  const durations = parts.metrics.seconds('http_request_duration_seconds', 'Time to answer, by route', [
    'method',
    'route',
    'status',
  ]);

  instance.addHook('onRequest', (request, _reply, done) => runInRequest({ request_id: request.id }, done));
  instance.addHook('onRequest', (request, reply, done) => {
    void reply.headers({ ...SECURITY_HEADERS, 'x-request-id': request.id });
    done();
  });
  instance.addHook('onRequest', (request, reply, done) => {
    if (!UNLIMITED.has(routeOf(request))) parts.limits.holdAddress(request.ip, reply);
    done();
  });
  instance.addHook('onSend', (_request, reply, payload, done) => {
    if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store');
    done(null, payload);
  });
  instance.addHook('onResponse', (request, reply, done) => {
    const labels = { method: request.method, route: routeOf(request), status: reply.statusCode };
    durations.observe(labels, reply.elapsedTime / 1000);
    parts.log.info({ ...labels, duration_ms: Math.round(reply.elapsedTime), request_id: request.id }, 'answered');
    done();
  });
}

/** The template, never the path: paths are endless. */
function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? 'unmatched';
}

import { isIPv6 } from 'node:net';
import type { FastifyReply } from 'fastify';
import type { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/problem.js';
import type { Config } from '../config/index.js';
import { RateLimiter } from './rate-limiter.js';

/** The limits of this api. The address of a caller is held before anything is read, its principal by whoever authenticates it. */
export class RateLimits {
  private readonly limiter: RateLimiter;

  constructor(
    clock: Clock,
    private readonly config: Pick<
      Config,
      'RATE_LIMIT_PER_MINUTE' | 'RATE_LIMIT_ADDRESS_PER_MINUTE' | 'RATE_LIMIT_BUCKETS_MAX'
    >,
  ) {
    this.limiter = new RateLimiter(clock, config.RATE_LIMIT_BUCKETS_MAX);
  }

  /** @throws {DomainError} `rate_limited` when the address has made too many requests. */
  holdAddress(ip: string, reply: FastifyReply): void {
    this.hold(`address:${networkOf(ip)}`, this.config.RATE_LIMIT_ADDRESS_PER_MINUTE, reply);
  }

  /** Call once a request, when its principal is known. @throws {DomainError} `rate_limited` when it has made too many requests. */
  holdPrincipal(id: string, reply: FastifyReply): void {
    this.hold(`principal:${id}`, this.config.RATE_LIMIT_PER_MINUTE, reply);
  }

  private hold(name: string, limit: number, reply: FastifyReply): void {
    const decision = this.limiter.take(name, limit);
    if (!decision) return;
    void reply.headers({
      'ratelimit-limit': decision.limit,
      'ratelimit-remaining': decision.remaining,
      'ratelimit-reset': decision.reset_s,
    });
    if (decision.allowed) return;
    throw new DomainError('rate_limited', `more than ${limit} requests a minute`, {
      retry_after_s: decision.retry_after_s,
    });
  }
}

/** An IPv6 caller owns at least a /64, so its addresses count as one. An IPv4 address inside IPv6 counts as itself. */
export function networkOf(ip: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip);
  if (mapped) return mapped[1]!;
  if (!isIPv6(ip)) return ip;
  const [head = '', tail] = ip.split('%')[0]!.split('::');
  const groups = head === '' ? [] : head.split(':');
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === '' ? 0 : tail.split(':').length);
  const all = [...groups, ...Array.from({ length: missing }, () => '0'), ...(tail ? tail.split(':') : [])];
  return `${all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}

import type { Clock, Instant } from '../../kernel/clock.js';

const MINUTE_MS = 60_000;

export interface RateDecision {
  readonly allowed: boolean;
  /** Requests a minute, which is also the burst. */
  readonly limit: number;
  /** Whole requests left now. */
  readonly remaining: number;
  /** Seconds until the whole burst is there again, rounded up. */
  readonly reset_s: number;
  /** Seconds until one more request is allowed, rounded up; 0 when this one was. */
  readonly retry_after_s: number;
}

interface Bucket {
  tokens: number;
  at: Instant;
}

/**
 * Token buckets in memory: each name may make `limit` requests a minute, all at once if it likes. Bounded: the name longest unseen is
 * forgotten first, whose bucket has refilled most. Each process counts for itself.
 */
export class RateLimiter {
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly clock: Clock,
    private readonly buckets_max: number,
  ) {}

  /** Takes one token of the name's bucket. A limit of 0 allows everything and says so by null. */
  take(name: string, limit: number): RateDecision | null {
    if (limit === 0) return null;
    const bucket = this.refilled(name, limit);
    const allowed = bucket.tokens >= 1;
    if (allowed) bucket.tokens -= 1;
    this.buckets.delete(name);
    this.buckets.set(name, bucket);
    this.forgetOldest();
    const seconds = (tokens: number) => Math.ceil((tokens * 60) / limit);
    return {
      allowed,
      limit,
      remaining: Math.floor(bucket.tokens),
      reset_s: seconds(limit - bucket.tokens),
      retry_after_s: allowed ? 0 : seconds(1 - bucket.tokens),
    };
  }

  private refilled(name: string, limit: number): Bucket {
    const now = this.clock.now();
    const bucket = this.buckets.get(name);
    if (!bucket) return { tokens: limit, at: now };
    const elapsed_ms = Math.max(0, now - bucket.at); // A clock that was set back gives nothing and takes nothing.
    return { tokens: Math.min(limit, bucket.tokens + (elapsed_ms * limit) / MINUTE_MS), at: now };
  }

  private forgetOldest(): void {
    if (this.buckets.size <= this.buckets_max) return;
    const oldest = this.buckets.keys().next();
    if (!oldest.done) this.buckets.delete(oldest.value);
  }
}

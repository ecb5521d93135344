import { Injectable } from '@nestjs/common';
import { formatAmount } from '@groundtruth/sdk/protocol';
import { Clock, seconds } from '../kernel/clock.js';
import { DomainError } from '../kernel/problem.js';
import { sql, sqlOne, type Tx } from '../platform/database/index.js';
import type { Principal } from './principal.js';

const ROLLING_WINDOW_S = 86_400;

/** Holds a key to its caps. The key's row is locked, so that two commitments at once cannot both pass under one cap. */
@Injectable()
export class SpendCapsLedger {
  constructor(private readonly clock: Clock) {}

  /**
   * Counts `amount` micros against the caps of the caller's key; `before` is what the same bounty has committed already. Repeatable for one `cause`.
   * @throws {DomainError} `spend_cap_exceeded`.
   */
  async commit(
    tx: Tx,
    caller: Principal,
    cause: string,
    amount: bigint,
    kind: 'bounty' | 'read',
    before = 0n,
  ): Promise<void> {
    const { per_bounty, rolling_24h } = caller.caps;
    if (kind === 'bounty' && per_bounty !== null && before + amount > per_bounty)
      throw exceeded('per_bounty', per_bounty);
    if (rolling_24h !== null) {
      await sql(tx, 'SELECT 1 FROM api_key WHERE id = $1 FOR UPDATE', [caller.key_id]);
      const since = new Date(this.clock.now() - seconds(ROLLING_WINDOW_S));
      const row = await sqlOne<{ spent: bigint }>(
        tx,
        'SELECT coalesce(sum(amount), 0)::bigint AS spent FROM spend_commitment WHERE key_id = $1 AND at > $2 AND cause <> $3',
        [caller.key_id, since, cause],
      );
      if ((row?.spent ?? 0n) + amount > rolling_24h) throw exceeded('rolling_24h', rolling_24h);
    }
    await sql(
      tx,
      'INSERT INTO spend_commitment (cause, key_id, amount, at) VALUES ($1, $2, $3, $4) ON CONFLICT (cause) DO NOTHING',
      [cause, caller.key_id, amount, new Date(this.clock.now())],
    );
  }
}

function exceeded(cap: string, limit: bigint): DomainError {
  return new DomainError('spend_cap_exceeded', `the cap ${cap} of this key is ${formatAmount(limit)}`, {
    cap,
    limit: formatAmount(limit),
  });
}

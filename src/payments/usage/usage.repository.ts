import { Injectable } from '@nestjs/common';
import type { Currency, Id, Mode } from '@groundtruth/sdk/protocol';
import type { Hex } from 'viem';
import type { Instant } from '../../kernel/clock.js';
import { sql, sqlCount, sqlOne, type Tx } from '../../platform/database/index.js';

/** One read that was sold. */
export interface Usage {
  readonly mode: Mode;
  readonly observation_id: Id<'observation'>;
  /** An account of ours, or the address that paid, in lower case. */
  readonly reader: string;
  readonly how: 'balance' | 'exact';
  /** What names this one payment for ever. */
  readonly payment: string;
  /** Micros. */
  readonly price: bigint;
  readonly currency: Currency;
}

/** How a row of it looks. `channel_id` and `charged` are null unless a voucher paid; `charged` is what its channel had been charged in all then. */
export interface UsageRow extends Omit<Usage, 'how'> {
  readonly how: 'balance' | 'exact' | 'batch';
  readonly channel_id: Hex | null;
  readonly charged: bigint | null;
  readonly at: Instant;
}

/** One read and its place among all. */
type ReadPlace = Pick<UsageRow, 'observation_id' | 'at'> & { readonly seq: bigint };

/** The append-only record of what was sold. A voucher's row is written by the statement that charges its channel (`ChannelsRepository`). */
@Injectable()
export class UsageRepository {
  /** False when this payment is recorded already, or this account has read this observation: then nothing is due. */
  async record(tx: Tx, usage: Usage, at: Instant): Promise<boolean> {
    const count = await sqlCount(
      tx,
      `INSERT INTO usage_event (mode, observation_id, reader, how, payment, price, currency, at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
      [
        usage.mode,
        usage.observation_id,
        usage.reader,
        usage.how,
        usage.payment,
        usage.price,
        usage.currency,
        new Date(at),
      ],
    );
    return count === 1;
  }

  /** What this payment bought; null when it bought nothing. */
  get(tx: Tx, payment: string): Promise<UsageRow | null> {
    return sqlOne<UsageRow & Record<string, unknown>>(tx, 'SELECT * FROM usage_event WHERE payment = $1', [payment]);
  }

  /** The place of an account's newest read; 0n before any. */
  async lastOf(tx: Tx, reader: string): Promise<bigint> {
    const text = 'SELECT coalesce(max(seq), 0)::bigint AS last FROM usage_event WHERE reader = $1';
    return (await sqlOne<{ last: bigint }>(tx, text, [reader]))!.last;
  }

  /** What an account has read after a place, in order. */
  after(tx: Tx, reader: string, after: bigint, limit: number): Promise<ReadPlace[]> {
    const text = 'SELECT seq, observation_id, at FROM usage_event WHERE reader = $1 AND seq > $2 ORDER BY seq LIMIT $3';
    return sql<ReadPlace & Record<string, unknown>>(tx, text, [reader, after, limit]);
  }

  /** Whether this account has bought this observation from its balance. */
  async hasBought(tx: Tx, observationId: string, accountId: string): Promise<boolean> {
    const text = `SELECT 1 AS one FROM usage_event WHERE observation_id = $1 AND reader = $2 AND how = 'balance'`;
    return (await sqlOne(tx, text, [observationId, accountId])) !== null;
  }
}

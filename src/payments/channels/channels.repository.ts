import { Injectable } from '@nestjs/common';
import type { ChannelConfig, Id, Mode } from '@groundtruth/sdk/protocol';
import type { Hex } from 'viem';
import type { Instant } from '../../kernel/clock.js';
import { sql, sqlCount, sqlOne, type Tx } from '../../platform/database/index.js';
import { advance } from '../../platform/lifecycle/transitions.js';
import type { ChannelOnChain, ChannelRow } from './channel.entity.js';
import { CHANNEL_TRANSITIONS, type ChannelEvent } from './channel.machine.js';

export type NewChannel = Pick<ChannelRow, 'id' | 'mode' | 'chain_id' | 'config'>;

/** A charge by voucher. `total`: what the voucher lets be charged in all; `price` of it now. Token base units. */
export interface VoucherCharge {
  readonly channel_id: Hex;
  readonly total: bigint;
  readonly price: bigint;
  readonly signature: Hex;
  readonly observation_id: Id<'observation'>;
  readonly payment: string;
}

@Injectable()
export class ChannelsRepository {
  get(tx: Tx, id: Hex): Promise<ChannelRow | null> {
    return sqlOne<ChannelRow & Record<string, unknown>>(tx, 'SELECT * FROM channel WHERE id = $1', [id]);
  }

  /** As `get`, and nobody else changes the row until the transaction ends. */
  lock(tx: Tx, id: Hex): Promise<ChannelRow | null> {
    return sqlOne<ChannelRow & Record<string, unknown>>(tx, 'SELECT * FROM channel WHERE id = $1 FOR UPDATE', [id]);
  }

  /** Notes a channel as the chain has it; one that is known stays as it is. Repeatable. */
  async insert(tx: Tx, { id, mode, chain_id, config }: NewChannel, seen: ChannelOnChain, at: Instant): Promise<void> {
    const { balance, claimed, refund_nonce, withdraw_at } = seen;
    await sql(
      tx,
      `INSERT INTO channel (id, mode, chain_id, payer, signer, config, state, began, charged, signed, balance, claimed, refund_nonce,
                            withdraw_at, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $8, $9, $8, $10, $11, $12) ON CONFLICT (id) DO NOTHING`,
      [
        id,
        mode,
        chain_id,
        config.payer,
        signerOf(config),
        config,
        withdraw_at === null ? 'open' : 'frozen',
        claimed,
        balance,
        refund_nonce,
        withdraw_at === null ? null : new Date(withdraw_at),
        new Date(at),
      ],
    );
  }

  /**
   * Charges a channel and records the read, in one statement: no charge without a read and no read without a charge. False, and nothing
   * changed, unless the channel is open, the voucher is for exactly one read more, and the channel holds it.
   */
  async charge(tx: Tx, charge: VoucherCharge, at: Instant): Promise<boolean> {
    const count = await sqlCount(
      tx,
      `WITH charged AS (
         UPDATE channel SET charged = $2, signed = $2, signature = $4
          WHERE id = $1 AND state = 'open' AND charged = $2::bigint - $3::bigint AND balance >= $2
          RETURNING id, mode, payer)
       INSERT INTO usage_event (mode, observation_id, reader, how, payment, channel_id, charged, price, currency, at)
       SELECT mode, $5, payer, 'batch', $6, id, $2, $3, 'USDC', $7 FROM charged`,
      [
        charge.channel_id,
        charge.total,
        charge.price,
        charge.signature,
        charge.observation_id,
        charge.payment,
        new Date(at),
      ],
    );
    return count === 1;
  }

  advance(tx: Tx, id: Hex, event: ChannelEvent, at: Instant, set: Readonly<Record<string, unknown>> = {}) {
    return advance(tx, { table: 'channel', transitions: CHANNEL_TRANSITIONS, id, event, at, set });
  }

  /** Something about it changed on chain: it is to be asked about. */
  async markStale(tx: Tx, id: Hex): Promise<void> {
    await sql(tx, 'UPDATE channel SET refresh = refresh + 1 WHERE id = $1', [id]);
  }

  /** These are left alone until `operation` has ended. */
  async markUnderWay(tx: Tx, ids: readonly Hex[], operation: string): Promise<void> {
    await sql(tx, 'UPDATE channel SET operation = $2 WHERE id = ANY($1)', [ids, operation]);
  }

  /** What was under way for these channels has ended; each is to be asked about. Answers their ids. */
  async operationEnded(tx: Tx, operation: string): Promise<Hex[]> {
    const rows = await sql<{ id: Hex }>(
      tx,
      'UPDATE channel SET operation = NULL, refresh = refresh + 1 WHERE operation = $1 RETURNING id',
      [operation],
    );
    return rows.map(({ id }) => id);
  }

  /** Channels that something happened to since they were asked about. */
  stale(tx: Tx, mode: Mode, limit: number): Promise<ChannelRow[]> {
    return sql<ChannelRow & Record<string, unknown>>(
      tx,
      'SELECT * FROM channel WHERE mode = $1 AND refresh > refreshed ORDER BY id LIMIT $2',
      [mode, limit],
    );
  }

  async setAside(tx: Tx, ids: readonly Hex[], until: Instant): Promise<void> {
    await sql(tx, 'UPDATE channel SET claim_after = $2 WHERE id = ANY($1)', [ids, new Date(until)]);
  }

  /** Channels of which more can be claimed, those whose payer is leaving first; none of which something is under way or that is set aside. */
  unclaimed(tx: Tx, mode: Mode, limit: number, now: Instant): Promise<ChannelRow[]> {
    return sql<ChannelRow & Record<string, unknown>>(
      tx,
      `SELECT * FROM channel WHERE mode = $1 AND charged > claimed AND balance > claimed AND operation IS NULL
          AND (claim_after IS NULL OR claim_after <= $3)
        ORDER BY withdraw_at NULLS LAST, charged - claimed DESC, id LIMIT $2`,
      [mode, limit, new Date(now)],
    );
  }

  /** Writes what the chain said. `asked`: the reasons to ask that the answer covers. */
  async setSeen(tx: Tx, id: Hex, seen: ChannelOnChain, asked: number): Promise<void> {
    await sql(
      tx,
      `UPDATE channel SET balance = $2, claimed = $3, refund_nonce = $4, withdraw_at = $5, refreshed = greatest(refreshed, $6),
              began = began + greatest(0, $3::bigint - charged), charged = greatest(charged, $3), signed = greatest(signed, $3)
        WHERE id = $1`,
      [
        id,
        seen.balance,
        seen.claimed,
        seen.refund_nonce,
        seen.withdraw_at === null ? null : new Date(seen.withdraw_at),
        asked,
      ],
    );
  }

  /** Notes that so much of what was charged is lost by now. Answers how often that has changed before. */
  async setLost(tx: Tx, id: Hex, lost: bigint): Promise<void> {
    await sql(tx, 'UPDATE channel SET lost = $2, losses = losses + 1 WHERE id = $1', [id, lost]);
  }
}

const NOBODY = `0x${'0'.repeat(40)}`;

/** Whose key signs for a channel: who it names for that, else the payer. */
export const signerOf = ({ payer, payerAuthorizer }: ChannelConfig): Hex =>
  payerAuthorizer === NOBODY ? payer : payerAuthorizer;

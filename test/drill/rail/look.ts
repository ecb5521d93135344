import type { Hex } from 'viem';
import { sqlOne } from '../../../src/platform/database/index.js';
import type { Lane } from './lane.js';

/** What the tables say of a round's transactions, between two turns. */
export interface Look {
  /** Signed, and not seen mined: the newest attempt of each, by nonce. */
  readonly open: readonly { readonly nonce: bigint; readonly hash: Hex; readonly max_fee: bigint }[];
  /** Transactions seen mined and not deep enough. */
  readonly mined: number;
  /** Operations that have not come to an end. */
  readonly under_way: number;
  /** Logs seen and not applied. */
  readonly waiting: number;
  /** The newest block with a log that is applied; null without one. */
  readonly applied: bigint | null;
}

const QUESTION = `SELECT
  (SELECT coalesce(json_agg(o ORDER BY o.nonce), '[]') FROM (
     SELECT DISTINCT ON (t.nonce) t.nonce::text, a.hash, a.max_fee::text FROM chain_tx t JOIN chain_attempt a USING (chain_id, from_addr, nonce)
      WHERE t.from_addr = $1 AND t.state = 'open' ORDER BY t.nonce, a.attempt DESC) o) AS open,
  (SELECT count(*) FROM chain_tx WHERE from_addr = $1 AND state = 'mined') AS mined,
  (SELECT count(*) FROM chain_operation WHERE signer = $1 AND state IN ('queued', 'sent', 'mined')) AS under_way,
  (SELECT count(*) FROM chain_log WHERE state = 'seen') AS waiting,
  (SELECT max(block_number) FROM chain_log WHERE state = 'applied') AS applied`;

interface Row extends Record<string, unknown> {
  readonly open: readonly { readonly nonce: string; readonly hash: Hex; readonly max_fee: string }[];
  readonly mined: bigint;
  readonly under_way: bigint;
  readonly waiting: bigint;
  readonly applied: bigint | null;
}

export async function lookAt(lane: Lane, relayer: Hex): Promise<Look> {
  const row = (await lane.run((tx) => sqlOne<Row>(tx, QUESTION, [relayer.toLowerCase()])))!;
  return {
    open: row.open.map(({ nonce, hash, max_fee }) => ({ nonce: BigInt(nonce), hash, max_fee: BigInt(max_fee) })),
    mined: Number(row.mined),
    under_way: Number(row.under_way),
    waiting: Number(row.waiting),
    applied: row.applied,
  };
}

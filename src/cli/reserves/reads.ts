import { feedChannelAbi, testUsdAbi } from '@groundtruth/sdk/abi';
import { CHANNEL_CONTRACT, type Mode } from '@groundtruth/sdk/protocol';
import {
  bytesToHex,
  decodeEventLog,
  decodeFunctionResult,
  encodeFunctionData,
  hexToBigInt,
  numberToHex,
  type Abi,
  type Hex,
} from 'viem';
import { ACCOUNT_CODES, ledgerOf, type AccountCode } from '../../ledger/index.js';
import { FUNDS } from '../../payments/index.js';
import type { Request } from '../../platform/chain/index.js';
import { ChainNode } from '../../platform/chain/node.js';
import { sql, sqlOne, type Tx, type UnitOfWork } from '../../platform/database/index.js';
import type { Line } from './compare.js';
import { logsFrom } from './logs.js';

interface ReadBooks {
  readonly channels: bigint;
  readonly receiver: bigint;
  readonly owed: bigint;
  /** Channels of ours, and what was charged of each in all. */
  readonly rows: readonly { readonly id: Hex; readonly charged: bigint }[];
  /** Where reads were paid to: nearly always one address. */
  readonly receivers: readonly { readonly receiver: Hex; readonly token: Hex }[];
  /** First block whose logs of the channel contract were not read, and what read ones settle that the books have not taken yet. */
  readonly next_block: bigint;
  readonly seen: readonly { readonly topics: readonly Hex[]; readonly data: Hex }[];
}

/** What channels hold for us and what reads were paid to, compared with the books at the newest block. None where no read was ever paid on chain. */
export async function readLines(
  unitOfWork: UnitOfWork,
  request: Request,
  mode: Mode,
  chain_id: number,
): Promise<Line[]> {
  const books = await unitOfWork.run((tx) => readBooks(tx, mode, chain_id), { isolation: 'REPEATABLE READ' });
  if (books.receivers.length === 0) return [];
  const block = hexToBigInt(await request<Hex>('eth_blockNumber', []));
  const ask = async <T>(to: Hex, abi: Abi, functionName: string, args: readonly unknown[]): Promise<T> => {
    const call = { to, data: encodeFunctionData({ abi, functionName, args }) };
    const data = await request<Hex>('eth_call', [call, numberToHex(block)]);
    return decodeFunctionResult({ abi, functionName, data }) as T;
  };
  const channels = (name: string, ...args: unknown[]) =>
    ask<readonly [bigint, bigint]>(CHANNEL_CONTRACT, feedChannelAbi, name, args);
  let [covered, tokens] = [0n, 0n];
  for (const { receiver, token } of books.receivers) {
    const [claimed, settled] = await channels('receivers', receiver, token);
    covered += claimed - settled;
    tokens += await ask<bigint>(token, testUsdAbi, 'balanceOf', [receiver]);
  }
  for (const { id, charged } of books.rows) {
    const [balance, claimed] = await channels('channels', id);
    covered += (charged < balance ? charged : balance) - claimed;
  }
  const unread = await logsFrom(new ChainNode(request), CHANNEL_CONTRACT, books.next_block, block);
  const ours = new Set(books.receivers.map(({ receiver }) => receiver));
  const settling = [...books.seen, ...unread].reduce((sum, log) => sum + settledBy(log, ours), 0n);
  const missing = books.receiver + settling - tokens;
  return [
    line('reads: account of channels against what they hold for us', books.channels, -settling, covered),
    line('reads: tokens that are missing where reads are paid to', 0n, 0n, missing > 0n ? missing : 0n),
    line('reads: accounts against what is owed', books.owed, 0n, books.channels + books.receiver),
  ];
}

async function readBooks(tx: Tx, mode: Mode, chain_id: number): Promise<ReadBooks> {
  const ledger = ledgerOf(mode, FUNDS.stablecoin[mode]);
  const accounts = await sql<{ code: number; owner: string; credits: bigint }>(
    tx,
    `SELECT code, owner, credits_posted - debits_posted AS credits FROM ledger_account
      WHERE ledger = $1 AND (owner IN ('reads', 'channels') OR code = $2)`,
    [ledger, ACCOUNT_CODES.feed_owner_payable.code],
  );
  const sum = (code: AccountCode, owner?: string): bigint =>
    accounts
      .filter((one) => one.code === ACCOUNT_CODES[code].code && (owner === undefined || one.owner === owner))
      .reduce((total, { credits }) => total + credits, 0n);
  const watch = `channels-${mode}-${CHANNEL_CONTRACT}`;
  const cursor = await sqlOne<{ next_block: bigint }>(
    tx,
    'SELECT next_block FROM chain_cursor WHERE chain_id = $1 AND watch = $2',
    [chain_id, watch],
  );
  const logs = await sql<{ topics: Hex[]; data: Buffer }>(
    tx,
    `SELECT topics, data FROM chain_log WHERE chain_id = $1 AND watch = $2 AND state = 'seen'`,
    [chain_id, watch],
  );
  return {
    channels: -sum('chain_balance', 'channels'),
    receiver: -sum('chain_balance', 'reads'),
    owed: sum('feed_owner_payable') + sum('fees') + sum('loss_reserve') + sum('platform_losses'),
    rows: await sql(tx, 'SELECT id, charged FROM channel WHERE mode = $1 AND chain_id = $2', [mode, chain_id]),
    receivers: await sql(
      tx,
      `SELECT DISTINCT config->>'receiver' AS receiver, config->>'token' AS token FROM channel WHERE mode = $1
        UNION SELECT lower(payload->'authorization'->>'to'), split_part(id, ':', 3) FROM exact_payment WHERE mode = $1`,
      [mode],
    ),
    next_block: cursor?.next_block ?? 0n,
    seen: logs.map(({ topics, data }) => ({ topics, data: bytesToHex(data) })),
  };
}

function settledBy({ topics, data }: { topics: readonly Hex[]; data: Hex }, ours: ReadonlySet<string>): bigint {
  const settled = settlement(topics, data);
  return settled && ours.has(settled.receiver.toLowerCase()) ? settled.amount : 0n;
}

function settlement(topics: readonly Hex[], data: Hex): { receiver: Hex; amount: bigint } | null {
  try {
    const event = decodeEventLog({ abi: feedChannelAbi, topics: [...topics] as [Hex, ...Hex[]], data });
    return event.eventName === 'Settled' ? event.args : null;
  } catch {
    return null; // Of a later version of the contract: it settles nothing of ours.
  }
}

const line = (what: string, books: bigint, in_flight: bigint, chain: bigint): Line => ({
  what,
  books,
  in_flight,
  chain,
  difference: chain - books - in_flight,
});

import { bountyEscrowAbi } from '@groundtruth/sdk/abi';
import { decodeEventLog, numberToHex, type Hex } from 'viem';
import type { AccountKey } from '../../../src/ledger/index.js';
import { accountsOf } from '../../../src/payments/accounts.js';
import { accountsOfEntry } from '../../../src/payments/rails/stablecoin/escrow.books.js';
import type { EntryRow, ReleaseRow } from '../../../src/payments/rails/stablecoin/entry.entity.js';
import { sql, type Tx } from '../../../src/platform/database/index.js';
import type { Lane } from './lane.js';
import type { Story } from './story.js';

/** How often something was written down: `applied` and `reversed` by the witness, `told` in the outbox, `shown` by the chain. */
export interface Counted {
  readonly applied: number;
  readonly reversed: number;
  readonly told: number;
  readonly shown: number;
}

export interface EntryFacts {
  readonly row: EntryRow;
  readonly releases: readonly ReleaseRow[];
  /** In token base units: what the contract says. */
  readonly contract: { readonly funded: bigint; readonly paid: bigint; readonly refunded: bigint };
  readonly refunded_wallet: bigint;
  readonly funder_wallet: bigint;
  /** Of each accepted capture, in the story's order. */
  readonly payees: readonly { readonly wallet: bigint; readonly payable: bigint; readonly paid: Counted }[];
  readonly bounty: bigint;
  readonly returning: bigint;
  readonly losses: bigint;
  readonly funded: Counted;
  readonly closed: Pick<Counted, 'shown'>;
}

interface OperationFacts {
  readonly id: string;
  readonly purpose: string;
  readonly state: string;
  /** Of everything signed for it. */
  readonly hashes: readonly Hex[];
  /** Whether the chain holds one of these, and it succeeded. */
  on_chain: boolean;
}

/** Everything that must agree after a round. */
export interface RoundFacts {
  readonly entries: readonly EntryFacts[];
  readonly fee_wallet: bigint;
  /** Tokens of the contract, and what the ledger says that it holds, over all rounds of the lane. */
  readonly escrow_tokens: bigint;
  readonly escrow_books: bigint;
  readonly operations: readonly OperationFacts[];
  readonly transactions: readonly {
    readonly nonce: bigint;
    readonly state: string;
    readonly operation_id: string | null;
  }[];
  /** The relayer's next nonce, by the chain. */
  readonly nonce: bigint;
  readonly logs_waiting: number;
  readonly books: { readonly balanced: boolean; readonly faults: readonly unknown[] };
}

const OPERATIONS = `SELECT o.id, o.purpose, o.state, array_remove(array_agg(a.hash), NULL) AS hashes FROM chain_operation o
  LEFT JOIN chain_tx t ON t.operation_id = o.id LEFT JOIN chain_attempt a ON (a.chain_id, a.from_addr, a.nonce) = (t.chain_id, t.from_addr, t.nonce)
  WHERE o.signer = $1 GROUP BY o.id ORDER BY o.seq`;

const RELEASES = 'SELECT * FROM release WHERE entry = $1 ORDER BY seq';
const COUNTS = `SELECT count(*) FILTER (WHERE applied) AS applied, count(*) FILTER (WHERE NOT applied) AS reversed,
  (SELECT count(*) FROM outbox WHERE type = $4 AND payload ->> $5 = $6) AS told
  FROM rail_drill_witness WHERE entry = $1 AND event = $2 AND thing = $3`;

export async function gather(lane: Lane, stories: readonly Story[], fee_to: Hex, relayer: Hex): Promise<RoundFacts> {
  const { chain, ledger } = lane;
  const entries: EntryFacts[] = [];
  for (const story of stories) entries.push(await entryFacts(lane, story));
  const by = [relayer.toLowerCase()];
  const tables = await lane.run(async (tx) => ({
    operations: await sql<OperationFacts & { on_chain: boolean }>(
      tx, OPERATIONS, by,
    ),
    transactions: await sql<RoundFacts['transactions'][number] & Record<string, unknown>>(
      tx, 'SELECT nonce, state, operation_id FROM chain_tx WHERE from_addr = $1 ORDER BY nonce', by,
    ),
    logs_waiting: await countOf(tx, `SELECT count(*) AS n FROM chain_log WHERE state = 'seen'`, []),
    escrow_books: (await ledger.balance(tx, accountsOf('test', 'test_usd').chain('escrow'))).posted,
    books: await ledger.booksBalance(tx),
  })); // prettier-ignore
  for (const operation of tables.operations) {
    operation.on_chain = false;
    for (const hash of operation.hashes) {
      const receipt = await chain.anvil.request<{ status: Hex } | null>('eth_getTransactionReceipt', [hash]);
      operation.on_chain ||= receipt?.status === '0x1';
    }
  }
  return {
    entries,
    fee_wallet: await chain.tokens(fee_to),
    escrow_tokens: await chain.tokens(chain.view.escrow),
    nonce: await chain.nonce(relayer),
    ...tables,
  };
}

async function entryFacts(lane: Lane, story: Story): Promise<EntryFacts> {
  const { chain, ledger } = lane;
  const { bounty, accepted, refund_to, funder } = story;
  const row = (await story.row())!;
  const shown = await shownOf(lane, row.id);
  const accounts = accountsOfEntry(bounty);
  const wallets: bigint[] = [];
  for (const { to } of accepted) wallets.push(await chain.tokens(to));
  const booked = await lane.run(async (tx) => {
    const posted = async (key: AccountKey): Promise<bigint> => (await ledger.balance(tx, key)).posted;
    const payees: EntryFacts['payees'][number][] = [];
    for (const [index, { contributor_id, commitment, capture_id }] of accepted.entries()) {
      const told = { type: 'capture.paid', key: 'capture_id', id: capture_id };
      const payable = await posted(accounts.payable(contributor_id));
      const paid = await counted(tx, row.id, 'CapturePaid', commitment, told, shown);
      payees.push({ wallet: wallets[index]!, payable, paid });
    }
    const told = { type: 'escrow.funded', key: 'bounty_id', id: bounty.bounty_id };
    return {
      payees,
      funded: await counted(tx, row.id, 'EntryFunded', '', told, shown),
      bounty: await posted(accounts.bounty),
      returning: await posted(accounts.returning),
      losses: await posted(accounts.losses),
      releases: await sql<ReleaseRow & Record<string, unknown>>(tx, RELEASES, [row.id]),
    };
  });
  return {
    row,
    ...booked,
    contract: await chain.account(row.id),
    refunded_wallet: await chain.tokens(refund_to),
    funder_wallet: await chain.tokens(funder.address),
    closed: { shown: shown.filter((name) => name === 'EntryClosed:').length },
  };
}

/** The contract's events about an entry on the chain as it stands: `name:capture`. */
async function shownOf({ chain, from_block }: Lane, entry: Hex): Promise<string[]> {
  const filter = {
    address: chain.view.escrow,
    topics: [null, entry],
    fromBlock: numberToHex(from_block),
    toBlock: 'latest',
  };
  const logs = await chain.anvil.request<{ topics: [Hex, ...Hex[]]; data: Hex }[]>('eth_getLogs', [filter]);
  return logs.map(({ topics, data }) => {
    const { eventName, args } = decodeEventLog({ abi: bountyEscrowAbi, topics, data });
    return `${eventName}:${'capture' in args ? args.capture : ''}`;
  });
}

async function counted(
  tx: Tx,
  entry: Hex,
  event: string,
  thing: string,
  told: { readonly type: string; readonly key: string; readonly id: string },
  shown: readonly string[],
): Promise<Counted> {
  const [row] = await sql<Record<'applied' | 'reversed' | 'told', bigint>>(tx, COUNTS, [
    entry, event, thing, told.type, told.key, told.id,
  ]); // prettier-ignore
  const { applied, reversed, told: often } = row!;
  return {
    applied: Number(applied),
    reversed: Number(reversed),
    told: Number(often),
    shown: shown.filter((name) => name === `${event}:${thing}`).length,
  };
}

async function countOf(tx: Tx, text: string, params: unknown[]): Promise<number> {
  const [row] = await sql<{ n: bigint }>(tx, text, params);
  return Number(row!.n);
}

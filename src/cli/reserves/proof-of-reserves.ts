import { writeFile } from 'node:fs/promises';
import { EXIT, type Line as Shown, type Output, type Terminal } from '@groundtruth/sdk/cli';
import { formatAmount, MODES, type Mode } from '@groundtruth/sdk/protocol';
import { hexToNumber, type Address, type Hex } from 'viem';
import { httpRequest } from '../../platform/chain/index.js';
import { ChainNode } from '../../platform/chain/node.js';
import { ChainUnavailable, RpcRefusal } from '../../platform/chain/rpc.js';
import { loadConfig } from '../../platform/config/index.js';
import { createDataSource, UnitOfWork } from '../../platform/database/index.js';
import { readBooks } from './books.js';
import { compare, othersTokens, type Books, type Line } from './compare.js';
import { readContract } from './contract.js';
import { inFlightOf } from './in-flight.js';
import { openDatabase, openNodes } from './open.js';
import { readLines } from './reads.js';

const ANSWER_MS_MAX = 10_000;
/** Blocks whose logs are asked for at once. */
const RANGE_MAX = 2_000n;

/** What one mode's escrow was compared with. */
export interface Reserves {
  readonly mode: Mode;
  readonly block: bigint;
  readonly books: Omit<Books, 'entries'>;
  readonly others: bigint;
  readonly lines: readonly Line[];
}

interface Invoked {
  readonly options: { readonly report: string | undefined };
  readonly terminal: Terminal;
  readonly out: Output;
}

/** `unsettled` where no chain is configured or followed, `unreachable` where its node does not answer. Changes nothing. */
export async function proofOfReserves({ options: { report }, terminal, out }: Invoked): Promise<number> {
  const config = loadConfig(terminal.env);
  const ending: (() => Promise<unknown>)[] = [];
  try {
    const nodes = await openNodes(config, ending);
    const url = Object.keys(nodes).length === 0 ? null : await openDatabase(config, ending);
    const found = url === null ? [] : await withDatabase(url, (unitOfWork) => reservesOf(unitOfWork, nodes));
    const status = statusOf(found);
    const document = documentOf(found, status);
    out.show(document, linesOf(found));
    if (report !== undefined) await writeFile(report, `${JSON.stringify(document, null, 2)}\n`);
    return status;
  } catch (error) {
    if (!(error instanceof ChainUnavailable)) throw error;
    out.fail({ title: 'The chain did not answer', detail: error.message, code: 'unreachable' }, [error.message]);
    return EXIT.unreachable;
  } finally {
    for (let end = ending.pop(); end; end = ending.pop()) await end();
  }
}

export async function reservesOf(unitOfWork: UnitOfWork, nodes: Partial<Record<Mode, string>>): Promise<Reserves[]> {
  const found: Reserves[] = [];
  for (const mode of MODES) {
    const url = nodes[mode];
    const one = url === undefined ? null : await reservesIn(unitOfWork, mode, url);
    if (one) found.push(one);
  }
  return found;
}

/** At the newest finalized block; at the newest of all where the node has forgotten that one's state, as anvil has after a start. */
async function reservesIn(unitOfWork: UnitOfWork, mode: Mode, url: string): Promise<Reserves | null> {
  const heads = await new ChainNode(httpRequest(url, ANSWER_MS_MAX)).heads();
  try {
    return await reservesAt(unitOfWork, mode, url, heads.finalized.number);
  } catch (error) {
    if (!(error instanceof RpcRefusal)) throw error;
    return reservesAt(unitOfWork, mode, url, heads.latest.number);
  }
}

async function reservesAt(unitOfWork: UnitOfWork, mode: Mode, url: string, block: bigint): Promise<Reserves | null> {
  const request = httpRequest(url, ANSWER_MS_MAX);
  const node = new ChainNode(request);
  const chain_id = hexToNumber(await request<Hex>('eth_chainId', []));
  const seen = await readBooks(unitOfWork, mode, chain_id, block);
  if (!seen) return null;
  const { books, escrow, distributor, payees } = seen;
  const { entries: _, ...totals } = books;
  const entries = books.entries.map(({ entry }) => entry as Hex);
  const chain = await readContract(request, escrow, block, { entries, payees, distributor });
  const unread = [
    ...(await logsFrom(node, escrow, seen.next_block.escrow, block)),
    ...(await logsFrom(node, distributor, seen.next_block.distributor, block)),
  ];
  const ours = new Set<string>(entries);
  const inFlight = inFlightOf([...seen.lacking, ...unread], seen.early, distributor);
  const known = { ...inFlight, entries: new Map([...inFlight.entries].filter(([entry]) => ours.has(entry))) };
  const lines = [...compare(books, chain, known), ...(await readLines(unitOfWork, request, mode, chain_id))];
  return { mode, block, books: totals, others: othersTokens(books, chain), lines };
}

async function logsFrom(node: ChainNode, address: Address, first: bigint, last: bigint) {
  const logs = [];
  for (let from = first; from <= last; from += RANGE_MAX) {
    const to = from + RANGE_MAX - 1n;
    logs.push(...(await node.logsBetween([address], from, to < last ? to : last)));
  }
  return logs;
}

function statusOf(found: readonly Reserves[]): number {
  if (found.length === 0) return EXIT.unsettled;
  const equal = found.every(({ lines }) => lines.every(({ difference }) => difference === 0n));
  return equal ? EXIT.ok : EXIT.invalid;
}

function linesOf(found: readonly Reserves[]): Shown[] {
  if (found.length === 0) return ['no chain is configured and followed here'];
  return found.flatMap(({ mode, block, books, others, lines }) => {
    const { escrow, distributor, fee_address, held, payable, awarded, returning } = books;
    const accounts = { escrow, distributor, fee_address, held, payable, awarded, returning, others };
    return [
      `${mode} at block ${block}`,
      ...Object.entries(accounts).map(([name, amount]) => `  ${name.padEnd(12)}${signed(amount)}`),
      ['result', 'books', 'in flight', 'chain', 'difference', 'what'],
      ...lines.map(({ what, books: ours, in_flight, chain, difference }) => [
        difference === 0n ? 'matches' : 'DIFFERS',
        ...[ours, in_flight, chain, difference].map(signed),
        what,
      ]),
    ];
  });
}

/** Amounts in decimal units. */
function documentOf(found: readonly Reserves[], status: number): unknown {
  const asText = (_: string, value: unknown) => (typeof value === 'bigint' ? signed(value) : value);
  const plain = found.map((one) => ({ ...one, block: Number(one.block) }));
  return JSON.parse(
    JSON.stringify({ command: 'proof-of-reserves', matches: status === EXIT.ok, reserves: plain }, asText),
  );
}

const signed = (amount: bigint): string => (amount < 0n ? `-${formatAmount(-amount)}` : formatAmount(amount));

async function withDatabase<T>(url: string, use: (unitOfWork: UnitOfWork) => Promise<T>): Promise<T> {
  const dataSource = await createDataSource({ url, poolMax: 2, applicationName: 'groundtruth-proof-of-reserves' });
  try {
    return await use(new UnitOfWork(dataSource));
  } finally {
    await dataSource.destroy();
  }
}

import { writeFile } from 'node:fs/promises';
import { EXIT, type Output, type Terminal } from '@groundtruth/sdk/cli';
import { MODES, type Mode } from '@groundtruth/sdk/protocol';
import { hexToNumber, type Hex } from 'viem';
import { httpRequest } from '../../platform/chain/index.js';
import { ChainNode } from '../../platform/chain/node.js';
import { ChainUnavailable, RpcRefusal } from '../../platform/chain/rpc.js';
import { loadConfig } from '../../platform/config/index.js';
import { createDataSource, UnitOfWork } from '../../platform/database/index.js';
import { readBooks } from './books.js';
import { compare, othersTokens } from './compare.js';
import { readContract } from './contract.js';
import { inFlightOf } from './in-flight.js';
import { logsFrom } from './logs.js';
import { openDatabase, openNodes } from './open.js';
import { readLines } from './reads.js';
import { documentOf, linesOf, statusOf, type Reserves } from './report.js';

const ANSWER_MS_MAX = 10_000;

interface Invoked {
  readonly options: { readonly report: string | undefined };
  readonly terminal: Terminal;
  readonly out: Output;
}

/** `unsettled` where no chain is configured or one was never followed, `unreachable` where its node does not answer. Changes nothing. */
export async function proofOfReserves({ options: { report }, terminal, out }: Invoked): Promise<number> {
  const config = loadConfig(terminal.env);
  const ending: (() => Promise<unknown>)[] = [];
  try {
    const nodes = await openNodes(config, ending);
    const url = Object.keys(nodes).length === 0 ? null : await openDatabase(config, ending);
    const found = url === null ? [] : await withDatabase(url, (unitOfWork) => reservesOf(unitOfWork, nodes));
    const all = { found, unfollowed: MODES.filter((mode) => mode in nodes && found.every((one) => one.mode !== mode)) };
    const status = statusOf(all);
    const document = documentOf(all, status);
    out.show(document, linesOf(all));
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

async function withDatabase<T>(url: string, use: (unitOfWork: UnitOfWork) => Promise<T>): Promise<T> {
  const dataSource = await createDataSource({ url, poolMax: 2, applicationName: 'groundtruth-proof-of-reserves' });
  try {
    return await use(new UnitOfWork(dataSource));
  } finally {
    await dataSource.destroy();
  }
}

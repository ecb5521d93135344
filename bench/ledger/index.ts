import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDataSource, migrate, sql, UnitOfWork } from '../../src/platform/database/index.js';
import { erasePostgres, startPostgres } from '../../src/platform/embedded/postgres.js';
import { SystemClock } from '../../src/platform/time.js';
import { LedgerService } from '../../src/ledger/index.js';
import { interleave, ratioOf, type Contender, type Slices } from '../interleave.js';
import { type BenchReport, median, writeReport } from '../report.js';
import { ourContenders } from './ours.js';
import { pgledgerContenders } from './pgledger.js';
import { plainContenders } from './plain.js';
import { openWorld } from './world.js';

export interface LedgerBenchOptions {
  /** File for the report, which is printed in any case. */
  readonly json?: string;
  /** Path of pgledger's own SQL script with its functions for ids; without it the comparisons with pgledger are skipped. */
  readonly pgledger_sql?: string;
  /** Counted rounds, at least 5. */
  readonly rounds?: number;
  readonly slice_ms?: number;
}

const POOL_MAX = 8;

/**
 * Transfers a second against the plain way (one interactive transaction a transfer, ordered row locks, 16 connections, the same tables) and, when
 * its script is given, against pgledger. A server of its own, durable settings, 1,000 accounts.
 */
export async function run(options: LedgerBenchOptions = {}): Promise<BenchReport> {
  const { json, rounds = 5, slice_ms = 1_500, pgledger_sql = process.env['PGLEDGER_SQL'] } = options;
  const dataDir = await mkdtemp(join(tmpdir(), 'ledger-bench-'));
  const server = await startPostgres({ dataDir, settings: { max_connections: '120' } });
  const dataSource = await createDataSource({ url: server.url, poolMax: POOL_MAX, applicationName: 'bench' });
  const closing: (() => Promise<unknown>)[] = [];
  try {
    await migrate(dataSource);
    const unitOfWork = new UnitOfWork(dataSource);
    const world = await openWorld(unitOfWork);
    const plain = await plainContenders(server.url, world);
    const pgledger = pgledger_sql === undefined ? null : await pgledgerContenders(server.url, pgledger_sql);
    closing.push(plain.close, ...(pgledger ? [pgledger.close] : []));

    const contenders = { ...ourContenders(unitOfWork, world), ...plain.contenders, ...pgledger?.contenders } as Record<
      Name,
      Contender
    >;
    const slices = await interleave(contenders, { rounds, slice_ms });
    const ledger = new LedgerService(new SystemClock());
    const books = await unitOfWork.run((tx) => ledger.booksBalance(tx));
    if (!books.balanced)
      throw new Error(`the books do not balance after the benchmark: ${JSON.stringify(books.faults.slice(0, 3))}`);
    return await writeReport(
      {
        bench: 'ledger',
        ratios: ratiosOf(slices),
        figures: { ...speedsOf(slices), bytes_per_transfer: await unitOfWork.run(bytesPerTransfer) },
        ...(pgledger ? {} : { skipped: { pgledger: 'no script was given (PGLEDGER_SQL)' } }),
      },
      json,
    );
  } finally {
    for (const close of closing) await close();
    await dataSource.destroy();
    await erasePostgres(dataDir);
  }
}

/** Each kind of work, and who does it: `single` one transfer a caller, `batch100` a hundred at a time, `hot` all on one account. */
type Name =
  'single' | 'batch100' | 'hot' | 'mixed' | 'plain' | 'plain_hot' | 'pgledger' | 'pgledger_batch100' | 'pgledger_hot';

function ratiosOf(slices: Slices<Name>): Record<string, number> {
  const compared: readonly (readonly [string, Name, Name])[] = [
    ['single_vs_plain', 'single', 'plain'],
    ['batch100_vs_plain', 'batch100', 'plain'],
    ['hot_vs_plain', 'hot', 'plain_hot'],
    ['mixed_vs_plain', 'mixed', 'plain'],
    ['single_vs_pgledger', 'single', 'pgledger'],
    ['batch100_vs_pgledger', 'batch100', 'pgledger_batch100'],
    ['hot_vs_pgledger', 'hot', 'pgledger_hot'],
  ];
  const present = compared.filter(([, one, other]) => one in slices && other in slices);
  return Object.fromEntries(present.map(([key, one, other]) => [key, ratioOf(slices, one, other)]));
}

const speedsOf = (slices: Slices<Name>): Record<string, number> =>
  Object.fromEntries(Object.entries(slices).map(([name, speeds]) => [`${name}_per_s`, median(speeds)]));

/** Disk taken by everything that a transfer leaves behind, indexes, chain and unfilled pages included. */
async function bytesPerTransfer(tx: Parameters<typeof sql>[0]): Promise<number> {
  const [row] = await sql<{ bytes: string }>(
    tx,
    `SELECT sum(pg_total_relation_size(t))::numeric / (SELECT count(*) FROM ledger_transfer) AS bytes
       FROM unnest('{ledger_transfer,ledger_pending,ledger_batch,ledger_history}'::regclass[]) t`,
  );
  return Number(row!.bytes);
}

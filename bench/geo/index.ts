import { Client } from 'pg';
import { MemoryIndex } from '../../src/bounties/near/index.memory.js';
import { columnTypes } from '../../src/platform/database/types.js';
import { writeReport, type BenchReport } from '../report.js';
import { memoryArm, ourArm, postgisArm } from './arms.js';
import { ask, figuresOf, p99Ratio } from './measure.js';
import { findPostgis } from './postgis-server.js';
import { churn, fill, ourSide, postgisSide } from './tables.js';
import { bountyAt } from './world.js';

export interface GeoBenchOptions {
  /** File for the report, which is printed in any case. */
  readonly json?: string;
  /** Bounties before the changes. Default 10 million. */
  readonly rows?: number;
}

const ROWS = 10_000_000;
const UPDATES_MAX = 1_000_000;
const IN_PROCESS_ROWS = 1_000_000;
/** Counted slices. */
const SLICES = 5;

/**
 * "Open, within 2 km, the 50 dearest", at 600 places where bounties are: our table, and PostGIS as inserts and changes left it and freshly clustered, all in
 * one server; then a million in this process against PostGIS, clustered, with as many. Everybody must find the same. Needs a server with PostGIS.
 */
export async function run({ json, rows = ROWS }: GeoBenchOptions = {}): Promise<BenchReport> {
  const server = await findPostgis();
  if ('missing' in server) {
    const names = ['p99_vs_postgis_unsorted', 'p99_vs_postgis_clustered', 'in_process_vs_postgis'];
    const skipped = Object.fromEntries(names.map((name) => [name, server.missing]));
    return writeReport({ bench: 'geo', ratios: {}, figures: {}, skipped }, json);
  }
  const client = new Client({ connectionString: server.url, types: columnTypes });
  try {
    await client.connect();
    await client.query('CREATE EXTENSION IF NOT EXISTS postgis; SET synchronous_commit = off; SET jit = off');
    const stored = await inDatabase(client, rows);
    const remembered = await inProcess(client, Math.min(rows, IN_PROCESS_ROWS));
    return await writeReport(
      {
        bench: 'geo',
        ratios: { ...stored.ratios, ...remembered.ratios },
        figures: { rows, ...stored.figures, ...remembered.figures },
      },
      json,
    );
  } finally {
    await client.end();
    await server.close();
  }
}

async function inDatabase(client: Client, rows: number) {
  const sides = [ourSide(client), postgisSide(client, 'geo_unsorted')] as const;
  const updates = Math.min(UPDATES_MAX, rows);
  for (const side of sides) await side.prepare();
  await fill(sides, rows);
  for (const side of sides) await side.index();
  await churn(sides, rows, updates);
  await sides[1].copyClustered('geo_clustered');
  for (const table of ['bounty_near', 'geo_unsorted', 'geo_clustered']) await client.query(`VACUUM ANALYZE ${table}`);
  const arms = {
    ours: ourArm(client),
    postgis_unsorted: postgisArm(client, 'geo_unsorted'),
    postgis_clustered: postgisArm(client, 'geo_clustered'),
  };
  const { times, found } = await ask(arms, SLICES);
  const [size] = (
    await client.query<{ ours: bigint; postgis: bigint }>(
      `SELECT pg_relation_size('bounty_near_by_price') AS ours, pg_relation_size('geo_unsorted_by_place') AS postgis`,
    )
  ).rows;
  const ratios = {
    p99_vs_postgis_unsorted: p99Ratio(times, 'ours', 'postgis_unsorted'),
    p99_vs_postgis_clustered: p99Ratio(times, 'ours', 'postgis_clustered'),
  };
  const sizes = { index_mib: Number(size!.ours) / 2 ** 20, gist_mib: Number(size!.postgis) / 2 ** 20 };
  return { ratios, figures: { updates, found_mean: found, ...figuresOf(times), ...sizes } };
}

async function inProcess(client: Client, rows: number) {
  const side = postgisSide(client, 'geo_small');
  await side.prepare();
  await fill([side], rows);
  await side.copyClustered('geo_small_clustered');
  await client.query('VACUUM ANALYZE geo_small_clustered');
  const index = new MemoryIndex();
  const before = process.memoryUsage().heapUsed;
  const began = performance.now();
  for (let n = 0; n < rows; n++) index.put(bountyAt(n));
  const build_s = (performance.now() - began) / 1_000;
  const { times } = await ask(
    { in_process: memoryArm(index), postgis_at_same_rows: postgisArm(client, 'geo_small_clustered') },
    SLICES,
  );
  return {
    ratios: { in_process_vs_postgis: p99Ratio(times, 'in_process', 'postgis_at_same_rows') },
    figures: {
      in_process_rows: rows,
      in_process_build_s: build_s,
      in_process_mib: (process.memoryUsage().heapUsed - before) / 2 ** 20,
      ...figuresOf(times),
    },
  };
}

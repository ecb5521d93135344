import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { eventually } from '../../../test/support/eventually.js';
import { createDataSource, sql, UnitOfWork } from '../database/index.js';
import { erasePostgres, startPostgres, stopPostgres, type EmbeddedPostgres } from './postgres.js';
import { isAlive } from './start-lock.js';

const asRoot = process.getuid?.() === 0 ? it : it.skip;

describe('the embedded postgres', () => {
  let dataDir: string;
  const settings = { fsync: 'off' };
  const start = (options = {}): Promise<EmbeddedPostgres> => startPostgres({ dataDir, settings, ...options });
  beforeAll(async () => (dataDir = join(await mkdtemp(join(tmpdir(), 'postgres-')), 'postgres')));
  afterEach(() => stopPostgres(dataDir));
  afterAll(async () => {
    await erasePostgres(dataDir);
    await rm(dirname(dataDir), { recursive: true, force: true });
  });

  it('keeps its data, its password and its port over a restart', async () => {
    const first = await start();
    await query(first.url, "CREATE TABLE kept AS SELECT 'still here' AS word");
    await first.stop();
    await first.stop();
    await eventually(() => !isAlive(first.pid)); // An ended child is a zombie until its parent has taken note.
    const second = await start();
    expect(second).toMatchObject({ adopted: false, url: first.url, port: first.port });
    expect(await query(second.url, 'SELECT word FROM kept')).toEqual([{ word: 'still here' }]);
    expect(second.port).toBeLessThan(32_768);
  });

  it('keeps what it knows to its owner', async () => {
    await start();
    for (const file of ['password', 'log']) expect((await stat(join(dataDir, file))).mode & 0o777).toBe(0o600);
    for (const folder of [dataDir, join(dataDir, 'cluster')]) expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  it('lets nobody in without the password', async () => {
    const { url } = await start();
    await expect(
      query(Object.assign(new URL(url), { password: 'guess' }).toString(), 'SELECT 1'),
    ).rejects.toMatchObject({ code: '28P01' });
    const hba = await readFile(join(dataDir, 'cluster', 'pg_hba.conf'), 'utf8');
    expect(hba).not.toMatch(/^\w.*\b(trust|password|md5)$/m);
  });

  it('is adopted by a second start, and by several at once', async () => {
    const first = await start();
    const others = await Promise.all([start(), start(), start()]);
    expect(others).toMatchObject([1, 2, 3].map(() => ({ adopted: true, pid: first.pid, url: first.url })));
    await others[0]!.stop();
    // A child that has ended counts as alive until its parent has taken note of it.
    await eventually(() => !isAlive(first.pid));
  });

  it('is started once by several starts at once', async () => {
    const all = await Promise.all([start(), start(), start()]);
    expect(new Set(all.map(({ pid }) => pid)).size).toBe(1);
    expect(all.filter(({ adopted }) => !adopted)).toHaveLength(1);
  });

  it('takes another port, and remembers it, when its own is taken', async () => {
    const first = await start();
    await first.stop();
    const squatter = await listen(first.port);
    const second = await start();
    await new Promise((resolve) => squatter.close(resolve));
    expect(second.port).not.toBe(first.port);
    await second.stop();
    expect((await start()).port).toBe(second.port);
  });

  it('recovers what was committed before it was killed', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE survived AS SELECT 1 AS n');
    process.kill(first.pid, 'SIGKILL');
    const second = await start();
    expect(second.adopted).toBe(false);
    expect(await query(second.url, 'SELECT n FROM survived')).toEqual([{ n: 1 }]);
  });

  it('starts over a pid file whose process id now belongs to another program', async () => {
    const first = await start();
    process.kill(first.pid, 'SIGKILL');
    await eventually(() => !isAlive(first.pid));
    const pid_file = join(dataDir, 'cluster', 'postmaster.pid');
    const lines = (await readFile(pid_file, 'utf8')).split('\n');
    await writeFile(pid_file, [process.pid, ...lines.slice(1)].join('\n'));
    const second = await start();
    expect(second.adopted).toBe(false);
    expect(await query(second.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });

  it('begins anew over a cluster whose making was cut short, and over a dead starter’s lock', async () => {
    const unfinished = join(dirname(dataDir), 'unfinished');
    await mkdir(join(unfinished, 'cluster.new'), { recursive: true });
    await writeFile(join(unfinished, 'cluster.new', 'PG_VERSION'), '18');
    await writeFile(join(unfinished, 'lock'), '999999999\n');
    const server = await start({ dataDir: unfinished });
    expect(await query(server.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
    await erasePostgres(unfinished);
    await expect(stat(unfinished)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('gives an outage to its users while it is down and serves the same pool after its restart', async () => {
    const first = await start();
    const dataSource = await createDataSource({ url: first.url, poolMax: 3, applicationName: 'test' });
    const unitOfWork = new UnitOfWork(dataSource);
    const one = (): Promise<unknown[]> => unitOfWork.run((tx) => sql(tx, 'SELECT 1 AS n'));
    await Promise.all([one(), one(), one()]);
    const in_flight = unitOfWork.run((tx) => sql(tx, 'SELECT pg_sleep(60)'));
    const told = expect(in_flight).rejects.toMatchObject({ code: 'dependency_unavailable' });
    await eventually(
      async () =>
        (
          await query(
            first.url,
            "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)' AND application_name = 'test'",
          )
        ).length > 0,
    );
    process.kill(first.pid, 'SIGKILL');
    await told;
    await eventually(() => !isAlive(first.pid));
    await expect(one()).rejects.toMatchObject({ code: 'dependency_unavailable' });
    await start({ port: first.port });
    expect(await one()).toEqual([{ n: 1 }]);
    await dataSource.destroy();
  });

  asRoot('runs as another user, and again as the first, on the same data', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE seen AS SELECT 1 AS n');
    await first.stop();
    const second = await start({ user: 'nobody' });
    expect((await stat(`/proc/${second.pid}`)).uid).toBe(65534);
    expect(await query(second.url, 'SELECT n FROM seen')).toEqual([{ n: 1 }]);
    for (const folder of [dirname(dataDir), dataDir]) expect((await stat(folder)).mode & 0o777).toBe(0o711);
    await second.stop();
    const third = await start();
    expect(await query(third.url, 'SELECT n FROM seen')).toEqual([{ n: 1 }]);
  });

  asRoot('keeps its data in a system folder below a parent that its user cannot enter', async () => {
    const closed = join(dirname(dataDir), 'closed');
    await mkdir(closed, { mode: 0o700 });
    const below = join(closed, 'groundtruth', 'postgres');
    const first = await start({ dataDir: below, user: 'nobody' });
    await query(first.url, 'CREATE TABLE kept AS SELECT 1 AS n');
    const location = (await readFile(join(below, 'location'), 'utf8')).trim();
    expect(location).toMatch(/^\/var\/lib\/groundtruth-[0-9a-f]{12}\/cluster$/);
    expect((await stat(join(closed, 'groundtruth'))).mode & 0o777).toBe(0o700);
    await first.stop();
    const second = await start({ dataDir: below, user: 'nobody' });
    expect(await query(second.url, 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
    await erasePostgres(below);
    await expect(stat(dirname(location))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

function listen(port: number): Promise<Server> {
  const server = createServer();
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)));
}

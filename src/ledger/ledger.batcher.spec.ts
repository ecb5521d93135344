import { LedgerBatcher } from './ledger.batcher.js';
import { type LedgerFixture, ledgerFixture, single } from './testing/fixture.js';
import type { World } from './testing/batches.js';
import { transferId, type TransferRequest } from './transfers.js';

let fixture: LedgerFixture;
let batcher: LedgerBatcher;
let world: World;
beforeAll(async () => {
  fixture = await ledgerFixture();
});
afterAll(() => fixture.db.close());
beforeEach(async () => {
  batcher = new LedgerBatcher(fixture.db.unitOfWork, fixture.ledger);
  ({ world } = await fixture.world());
});
afterEach(async () => {
  await batcher.stop();
  expect(await fixture.run((tx) => fixture.ledger.booksBalance(tx))).toMatchObject({ balanced: true, faults: [] });
});

const spend = (purpose: string, amount: bigint): TransferRequest =>
  single(transferId(world.name, purpose), world.accounts[1]!, world.accounts[2]!, amount);
const batchesWritten = async (): Promise<number> => {
  const [row]: { count: number }[] = await fixture.run((tx) =>
    tx.query('SELECT count(*)::int AS count FROM ledger_batch'),
  );
  return row!.count;
};

describe('the batcher', () => {
  it('answers every caller what became of its own transfers, in few batches, and no guard gives way', async () => {
    const before = await batchesWritten();
    const requests = Array.from({ length: 300 }, (_, index) => [spend(`one ${index}`, 1n), spend(`two ${index}`, 1n)]);
    const results = await Promise.all(requests.map((request) => batcher.submit(request)));
    expect(results.every((answers) => answers.length === 2)).toBe(true);
    const count = (answer: string) => results.flat().filter((result) => result === answer).length;
    expect([count('ok'), count('exceeds_credits')]).toEqual([100, 500]);
    const written = await fixture.run((tx) => fixture.ledger.transfers(tx, world.accounts[2]!, { limit: 101 }));
    const accepted = requests
      .flat()
      .filter((_, index) => results.flat()[index] === 'ok')
      .map(({ id }) => id);
    expect(new Set(written.slice(0, 100).map(({ id }) => id))).toEqual(new Set(accepted));
    expect((await batchesWritten()) - before).toBeLessThanOrEqual(4);
  });

  it('answers exists to the second of two callers with the same transfer', async () => {
    const results = await Promise.all([
      batcher.submit([spend('same', 5n)]),
      batcher.submit([spend('same', 5n)]),
      batcher.submit([spend('same', 6n)]),
    ]);
    expect(results).toEqual([['ok'], ['exists'], ['exists_different']]);
  });

  it('keeps chains of different callers apart', async () => {
    const chain = (name: string, last: bigint) => [
      { ...spend(`${name} 1`, 1n), linked: true },
      spend(`${name} 2`, last),
    ];
    const results = await Promise.all([
      batcher.submit(chain('good', 1n)),
      batcher.submit(chain('bad', 1_000n)),
      batcher.submit(chain('fine', 1n)),
    ]);
    expect(results).toEqual([
      ['ok', 'ok'],
      ['linked_failed', 'exceeds_credits'],
      ['ok', 'ok'],
    ]);
  });

  it('lets a request fail alone when the database cannot even read it', async () => {
    const unreadable = { ...spend('unreadable', 1n), reference: 'a zero byte \0' };
    const requests = [
      [spend('first', 1n)],
      [unreadable],
      ...Array.from({ length: 20 }, (_, index) => [spend(`later ${index}`, 1n)]),
    ];
    const results = await Promise.allSettled(requests.map((request) => batcher.submit(request)));
    expect(results[1]).toMatchObject({ status: 'rejected', reason: { code: '22021' } });
    const others = results.filter((_, index) => index !== 1);
    expect(others).toEqual(others.map(() => ({ status: 'fulfilled', value: ['ok'] })));
  });

  it('works for a caller who is inside a transaction of its own', async () => {
    expect(await fixture.run(() => batcher.submit([spend('apart', 1n)]))).toEqual(['ok']);
  });

  it('answers what it has accepted before it stops, and refuses what comes later', async () => {
    const accepted = Array.from({ length: 5 }, (_, index) => batcher.submit([spend(`last ${index}`, 1n)]));
    await batcher.stop();
    expect(await Promise.all(accepted)).toEqual(accepted.map(() => ['ok']));
    await expect(batcher.submit([spend('late', 1n)])).rejects.toMatchObject({ code: 'dependency_unavailable' });
  });

  it('answers dependency_unavailable when the database breaks off, and the same transfer can be sent again', async () => {
    const holder = fixture.db.dataSource.createQueryRunner();
    await holder.startTransaction();
    await holder.query('SELECT FROM ledger_account WHERE id = $1 FOR UPDATE', [world.accounts[1]]);
    const answer = expect(batcher.submit([spend('broken off', 1n)])).rejects.toMatchObject({
      code: 'dependency_unavailable',
    });
    const breakOff = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                       WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%ledger_post%'`;
    // Outside of the holder's transaction, which would see one snapshot of the activity for ever.
    while ((await fixture.db.dataSource.query(breakOff)).length === 0)
      await new Promise((resolve) => setTimeout(resolve, 10));
    await answer;
    await holder.rollbackTransaction();
    await holder.release();
    expect(await batcher.submit([spend('broken off', 1n)])).toEqual(['ok']);
  });
});

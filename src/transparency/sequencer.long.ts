import { verifyConsistency, verifyInclusion, type Leaf, type VerifiedRoot } from '@groundtruth/sdk/protocol';
import { sql, type Tx } from '../platform/database/index.js';
import { testDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { SIGNERS, leafNamed, processOn } from './log.fixture.js';
import { BATCH_LEAVES_MAX } from './sequencer.service.js';

let db: TestDatabase;
beforeEach(async () => {
  db = await testDatabase({ poolMax: 20 });
});
afterEach(() => db.close());

const allowTest = { keys: SIGNERS.test.keyset, allowTest: true };
const count = (text: string): Promise<number> =>
  db.unitOfWork.run(async (tx) => Number((await sql<{ count: bigint }>(tx, text))[0]!.count));
/** A promise and what settles it. */
function gate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

/** Follows every checkpoint from the first as a monitor would, and checks that each leaf is in the log exactly once. */
async function auditAll(leaves: readonly Leaf[]): Promise<void> {
  const { log } = processOn(db.unitOfWork);
  await db.unitOfWork.run(async (tx) => {
    const sizes = await sql<{ size: bigint }>(tx, `SELECT size FROM log_checkpoint WHERE mode = 'test' ORDER BY size`);
    let trusted: VerifiedRoot | null = null;
    for (const size of sizes.map((row) => Number(row.size))) {
      const proof = await log.consistencyProof(tx, 'test', trusted?.size ?? size, size);
      const start = trusted ?? { size, root: Buffer.from(proof!.log_root.root.slice(2), 'hex') };
      trusted = await verifyConsistency(proof, { ...allowTest, trusted: start });
    }
    expect(trusted?.size).toBe(leaves.length);
    const indexes = new Set<number>();
    for (const leaf of leaves) {
      const proof = await log.inclusionProof(tx, 'test', leaf.id);
      await verifyInclusion(proof, { ...allowTest, leaf });
      indexes.add(proof!.leaf_index);
    }
    expect(indexes.size).toBe(leaves.length);
  });
}

describe('the sequencer', () => {
  it('signs one checkpoint over what came, announces it, and signs nothing when nothing came', async () => {
    const { sequencer, append, announced } = processOn(db.unitOfWork);
    const leaves = ['a', 'b', 'c'].map(leafNamed);
    await append('test', ...leaves);
    await sequencer.flush('test');
    await sequencer.flush('test');
    expect(announced).toEqual([{ mode: 'test', size: 3 }]);
    await auditAll(leaves);
  });

  it('includes leaves of eight transactions exactly once, the one that commits late after all others included', async () => {
    const { sequencer, log, append } = processOn(db.unitOfWork);
    const leaves = Array.from({ length: 8 }, (_, i) => leafNamed(`writer ${i}`));
    const [written, finish] = [gate(), gate()];
    const late = db.unitOfWork.run(async (tx) => {
      await log.append(tx, 'test', leaves[0]!);
      written.open();
      await finish.opened;
    });
    await written.opened;
    await Promise.all(leaves.slice(1).map((leaf) => append('test', leaf)));
    await sequencer.flush('test');
    expect(await count('SELECT count(*) FROM log_leaf WHERE leaf_index IS NOT NULL')).toBe(7);
    finish.open();
    await late;
    await sequencer.flush('test');
    expect(await db.unitOfWork.run((tx) => log.covered(tx, 'test', leaves[0]!.id))).toEqual({ index: 7, size: 8 });
    await auditAll(leaves);
  });

  it('never forks, however many sequencers run at once', async () => {
    const processes = [processOn(db.unitOfWork), processOn(db.unitOfWork), processOn(db.unitOfWork)];
    const leaves = Array.from({ length: 120 }, (_, i) => leafNamed(`raced ${i}`));
    await Promise.all(
      Array.from({ length: 8 }, async (_, writer) => {
        for (let i = writer; i < leaves.length; i += 8) {
          const { append, sequencer } = processes[i % processes.length]!;
          await append('test', leaves[i]!);
          sequencer.kick('test');
          if (i % 5 === 0) await sequencer.flush('test');
        }
      }),
    );
    await Promise.all(processes.map(({ sequencer }) => sequencer.flush('test')));
    expect(processes.flatMap(({ failures }) => failures)).toEqual([]);
    const announced = processes.flatMap((process) => process.announced.map(({ size }) => size));
    expect(new Set(announced).size).toBe(announced.length);
    expect(await count('SELECT count(*) FROM log_checkpoint')).toBe(announced.length);
    await auditAll(leaves);
  });

  it('refuses a writer that comes from an older size', async () => {
    const { sequencer, append, repository } = processOn(db.unitOfWork);
    await append('test', leafNamed('first'));
    const stale = await db.unitOfWork.run((tx) => repository.lockHead(tx, 'test'));
    await sequencer.flush('test');
    const next = { origin: SIGNERS.test.origin, size: 2, frontier: Buffer.alloc(32) };
    const forked = db.unitOfWork.run((tx) => repository.advanceHead(tx, 'test', stale.size, next));
    await expect(forked).rejects.toThrow('no longer at size 0');
    const tile = { level: 0, n: 0, offset: 0, hashes: Buffer.alloc(32) };
    await expect(db.unitOfWork.run((tx) => repository.extendTiles(tx, 'test', [tile]))).rejects.toThrow('does not fit');
    await auditAll([leafNamed('first')]);
  });

  it('goes on after a restart where the last process stopped', async () => {
    const leaves = Array.from({ length: 9 }, (_, i) => leafNamed(`restart ${i}`));
    for (const end of [1, 4, 7, 9]) {
      const { sequencer, append, announced } = processOn(db.unitOfWork);
      const start = await count('SELECT count(*) FROM log_leaf');
      await append('test', ...leaves.slice(start, end));
      await sequencer.flush('test');
      expect(announced).toEqual([{ mode: 'test', size: end }]);
    }
    await auditAll(leaves);
  });

  it('leaves everything as it was when its transaction fails, and takes the leaf the next time', async () => {
    const leaf = leafNamed('crashed');
    const crash = async (): Promise<void> => {
      throw new Error('the outbox is down');
    };
    const broken = processOn(db.unitOfWork, { announce: crash });
    await broken.append('test', leaf);
    await expect(broken.sequencer.flush('test')).rejects.toThrow('the outbox is down');
    expect(await count('SELECT count(*) FROM log_checkpoint')).toBe(0);
    expect(await count('SELECT count(*) FROM log_leaf WHERE leaf_index IS NULL')).toBe(1);
    await processOn(db.unitOfWork).sequencer.flush('test');
    await auditAll([leaf]);
  });

  it('tells of a failed run that nobody awaits, and runs again when kicked again', async () => {
    let calls = 0;
    const failOnce = async (): Promise<void> => {
      if (++calls === 1) throw new Error('the outbox is down');
    };
    const { sequencer, append, failures } = processOn(db.unitOfWork, { announce: failOnce });
    await append('test', leafNamed('retried'));
    sequencer.kick('test');
    await expect(sequencer.flush('test')).rejects.toThrow('the outbox is down');
    expect(failures).toEqual([new Error('the outbox is down')]);
    sequencer.kick('test');
    await sequencer.flush('test');
    expect(failures).toHaveLength(1);
    await auditAll([leafNamed('retried')]);
  });

  it('covers a leaf that came while it was busy, without being asked twice, and keeps no writer waiting', async () => {
    const [busy, finish] = [gate(), gate()];
    let first = true;
    const slow = async (): Promise<void> => {
      busy.open();
      if (first) await finish.opened;
      first = false;
    };
    const { sequencer, append, log } = processOn(db.unitOfWork, { announce: slow });
    const [early, late] = [leafNamed('early'), leafNamed('late')];
    await append('test', early);
    sequencer.kick('test');
    await busy.opened;
    // Commits while the sequencer holds the head: were there a lock between them, this would never end.
    await append('test', late);
    const [a, b] = [sequencer.flush('test'), sequencer.flush('test')];
    expect(a).toBe(b);
    finish.open();
    await a;
    expect(await db.unitOfWork.run((tx) => log.covered(tx, 'test', late.id))).toEqual({ index: 1, size: 2 });
    await auditAll([early, late]);
  });

  it('works off more leaves than one transaction takes', async () => {
    const { sequencer, append, announced } = processOn(db.unitOfWork);
    await append('test', leafNamed('sample'));
    const more = BATCH_LEAVES_MAX + 10;
    await db.unitOfWork.run((tx) =>
      sql(
        tx,
        `INSERT INTO log_leaf (mode, id, entry, appended_at)
         SELECT 'test', 'vrd_' || n, convert_to('entry ' || n, 'UTF8'), now() FROM generate_series(1, $1) AS n`,
        [more],
      ),
    );
    await sequencer.flush('test');
    expect(announced.map(({ size }) => size)).toEqual([BATCH_LEAVES_MAX, more + 1]);
    expect(await count('SELECT count(DISTINCT leaf_index) FROM log_leaf')).toBe(more + 1);
  });

  it('holds the log for a bounded time only', async () => {
    let limits: unknown;
    const look = async (tx: Tx): Promise<void> => {
      [limits] = await sql(
        tx,
        `SELECT current_setting('lock_timeout') AS wait, current_setting('statement_timeout') AS statement,
                current_setting('idle_in_transaction_session_timeout') AS idle`,
      );
    };
    const { sequencer, append } = processOn(db.unitOfWork, { announce: look });
    await append('test', leafNamed('bounded'));
    await sequencer.flush('test');
    expect(limits).toEqual({ wait: '5s', statement: '10s', idle: '10s' });
  });
});

describe('a log that was tampered with', () => {
  const rewrite = (text: string): Promise<unknown> =>
    db.unitOfWork.run(async (tx) => {
      await sql(tx, `SET LOCAL session_replication_role = 'replica'`);
      await sql(tx, text);
    });

  it('is not signed by a process that starts on it', async () => {
    const before = processOn(db.unitOfWork);
    await before.append('test', leafNamed('a'), leafNamed('b'));
    await before.sequencer.flush('test');
    await rewrite(`UPDATE log_tile SET hashes = set_byte(hashes, 3, (get_byte(hashes, 3) + 1) % 256) WHERE level = 0`);
    const after = processOn(db.unitOfWork);
    await after.append('test', leafNamed('c'));
    await expect(after.sequencer.flush('test')).rejects.toThrow('tiles and head of the test log disagree');
    expect(await count('SELECT count(*) FROM log_checkpoint')).toBe(1);
  });

  it('is not continued under another origin', async () => {
    const { append, sequencer } = processOn(db.unitOfWork);
    await append('test', leafNamed('a'));
    await sequencer.flush('test');
    const renamed = processOn(db.unitOfWork, {
      signers: { ...SIGNERS, test: { ...SIGNERS.test, origin: 'elsewhere' } },
    });
    await renamed.append('test', leafNamed('b'));
    await expect(renamed.sequencer.flush('test')).rejects.toThrow('not elsewhere');
  });
});

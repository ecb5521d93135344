import { leafHash, verifyConsistency, verifyInclusion, type Leaf, type Mode } from '@groundtruth/sdk/protocol';
import { testDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { SIGNERS, leafNamed, processOn } from './log.fixture.js';

let db: TestDatabase;
beforeEach(async () => {
  db = await testDatabase();
});
afterEach(() => db.close());

const proofOf = (mode: Mode, leaf: Leaf, size?: number) =>
  db.unitOfWork.run((tx) => processOn(db.unitOfWork).log.inclusionProof(tx, mode, leaf.id, size));
const named = (prefix: string, count: number): Leaf[] =>
  Array.from({ length: count }, (_, i) => leafNamed(`${prefix} ${i}`));
const allowTest = { keys: SIGNERS.test.keyset, allowTest: true };

describe('a leaf', () => {
  it('is in the log exactly when the transaction that wrote it commits', async () => {
    const { log, sequencer } = processOn(db.unitOfWork);
    const [kept, lost] = [leafNamed('kept'), leafNamed('lost')];
    await db.unitOfWork.run((tx) => log.append(tx, 'test', kept));
    const undone = db.unitOfWork.run(async (tx) => {
      await log.append(tx, 'test', lost);
      throw new Error('the verdict was not stored');
    });
    await expect(undone).rejects.toThrow('not stored');
    await sequencer.flush('test');
    expect(await db.unitOfWork.run((tx) => log.covered(tx, 'test', kept.id))).toEqual({ index: 0, size: 1 });
    expect(await db.unitOfWork.run((tx) => log.covered(tx, 'test', lost.id))).toBeNull();
    expect(await db.unitOfWork.run((tx) => log.checkpoint(tx, 'test'))).toMatchObject({ size: 1 });
  });

  it('is not covered, and has no proof, before a checkpoint covers it', async () => {
    const { log, append, sequencer } = processOn(db.unitOfWork);
    const leaf = leafNamed('early');
    await append('test', leaf);
    expect(await db.unitOfWork.run((tx) => log.covered(tx, 'test', leaf.id))).toBeNull();
    expect(await proofOf('test', leaf)).toBeNull();
    await sequencer.flush('test');
    expect(await proofOf('test', leaf)).not.toBeNull();
  });

  it('can be appended again, but not with another commitment', async () => {
    const { append, sequencer, announced } = processOn(db.unitOfWork);
    const leaf = leafNamed('twice');
    await append('test', leaf);
    await append('test', leaf, leaf);
    await sequencer.flush('test');
    await append('test', leaf);
    await expect(append('test', { ...leaf, commitment: '0'.repeat(64) })).rejects.toThrow('another leaf');
    await sequencer.flush('test');
    expect(announced).toEqual([{ mode: 'test', size: 1 }]);
  });

  it('of a test log is unknown to the live log, and its proof to live keys', async () => {
    const { append, sequencer } = processOn(db.unitOfWork);
    const leaf = leafNamed('test only');
    await append('test', leaf);
    await append('live', leafNamed('live only'));
    await Promise.all([sequencer.flush('test'), sequencer.flush('live')]);
    expect(await proofOf('live', leaf)).toBeNull();
    const proof = await proofOf('test', leaf);
    await expect(verifyInclusion(proof, { leaf, keys: SIGNERS.live.keyset })).rejects.toThrow('signed in mode test');
    await expect(verifyInclusion(proof, { leaf, ...allowTest })).resolves.toMatchObject({ size: 1 });
  });
});

describe('proofs from the database', () => {
  const leaves = named('entry', 300);

  it('verify with the SDK for old and new leaves, under old and new checkpoints', async () => {
    const { log } = processOn(db.unitOfWork);
    const sizes = [1, 2, 7, 255, 256, 257, 300];
    let done = 0;
    for (const size of sizes) {
      const { append, sequencer } = processOn(db.unitOfWork); // A restart at every size.
      await append('test', ...leaves.slice(done, size));
      await sequencer.flush('test');
      done = size;
    }
    for (const size of sizes) {
      for (const index of [0, size >> 1, size - 1]) {
        const proof = await proofOf('test', leaves[index]!, size);
        await verifyInclusion(proof, { leaf: leaves[index]!, ...allowTest });
        expect(proof).toMatchObject({ leaf_index: index, tree_size: size });
      }
    }
    let trusted = await verifyInclusion(await proofOf('test', leaves[0]!, 1), { leaf: leaves[0]!, ...allowTest });
    for (const size of sizes) {
      const proof = await db.unitOfWork.run((tx) => log.consistencyProof(tx, 'test', trusted.size, size));
      trusted = await verifyConsistency(proof, { trusted, ...allowTest });
    }
    expect(trusted.size).toBe(300);
  });

  it('do not exist for a size that was never signed, nor for a leaf that came later', async () => {
    const { log, append, sequencer } = processOn(db.unitOfWork);
    await append('test', ...leaves.slice(0, 3));
    await sequencer.flush('test');
    await append('test', leaves[3]!);
    await sequencer.flush('test');
    expect(await proofOf('test', leaves[0]!, 2)).toBeNull();
    expect(await proofOf('test', leaves[3]!, 3)).toBeNull();
    expect(await proofOf('test', leafNamed('unknown'))).toBeNull();
    await db.unitOfWork.run(async (tx) => {
      expect(await log.consistencyProof(tx, 'test', 1, 2)).toBeNull();
      expect(await log.consistencyProof(tx, 'test', 5)).toBeNull();
      expect(await log.consistencyProof(tx, 'test', 2)).toMatchObject({ from: 2, to: 4 });
      expect(await log.checkpoint(tx, 'test', 2)).toBeNull();
      expect(await log.checkpoint(tx, 'live')).toBeNull();
    });
  });
});

describe('tiles and bundles', () => {
  it('are served by their C2SP paths and agree with each other', async () => {
    const { log, append, sequencer } = processOn(db.unitOfWork);
    const leaves = named('served', 258);
    await append('test', ...leaves.slice(0, 3));
    await sequencer.flush('test');
    const early = await db.unitOfWork.run((tx) => log.resource(tx, 'test', '0/000.p/3'));
    await append('test', ...leaves.slice(3));
    await sequencer.flush('test');
    await db.unitOfWork.run(async (tx) => {
      const full = await log.resource(tx, 'test', '0/000');
      const rest = await log.resource(tx, 'test', '0/001.p/2');
      const top = await log.resource(tx, 'test', '1/000.p/1');
      expect([full?.length, rest?.length, top?.length]).toEqual([256 * 32, 64, 32]);
      expect(await log.resource(tx, 'test', '0/000.p/3')).toEqual(early);
      const hashes = Buffer.concat([full!, rest!]);
      const bundles = [
        await log.resource(tx, 'test', 'entries/000'),
        await log.resource(tx, 'test', 'entries/001.p/2'),
      ];
      expect(entriesOf(Buffer.concat(bundles as Buffer[])).map((entry) => leafHash(entry))).toEqual(
        leaves.map((_, i) => new Uint8Array(hashes.subarray(i * 32, (i + 1) * 32))),
      );
    });
  });

  it('are not served beyond the tree, nor under any other path', async () => {
    const { log, append, sequencer } = processOn(db.unitOfWork);
    await append('test', ...named('few', 3));
    await sequencer.flush('test');
    await append('test', leafNamed('pending'));
    await db.unitOfWork.run(async (tx) => {
      for (const path of [
        '0/000',
        '0/000.p/4',
        '0/001.p/1',
        '1/000.p/1',
        'entries/000.p/4',
        'entries/000',
        '../0/000',
      ]) {
        expect([path, await log.resource(tx, 'test', path)]).toEqual([path, null]);
      }
      expect(await log.resource(tx, 'live', '0/000.p/1')).toBeNull();
    });
  });
});

function entriesOf(bundle: Buffer): Buffer[] {
  const entries: Buffer[] = [];
  for (let at = 0; at < bundle.length;) {
    const length = bundle.readUInt16BE(at);
    entries.push(bundle.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return entries;
}

import { commit, leafBytes, leafHash, toHex } from '../../protocol/index.js';
import { signedWorld } from '../signed-world.fixture.js';
import { verifyObservation } from '../verify.js';
import { auditInclusion } from './inclusion.js';

const world = signedWorld('test');
const keys = { mode: 'test', ...world.keys.log } as const;

describe('an inclusion proof', () => {
  it('holds for the audit exactly as it does for verifyObservation', async () => {
    const body = await world.observation();
    const leaf = { type: 'observation', id: body.record.id, commitment: commit(body.record, body.salt) };
    const checkpoint = await auditInclusion(body.proof, leaf, { keys });
    const { root } = await verifyObservation(body, world.keys, { allowTest: true });
    expect([checkpoint.size, toHex(checkpoint.root)]).toEqual([root.size, toHex(root.root)]);
  });

  it('of another leaf, place, size or path is refused', async () => {
    const { record, proof } = await world.observation();
    const leaf = { type: 'observation', id: record.id, commitment: '00'.repeat(32) } as const;
    await expect(auditInclusion(proof, leaf, { keys })).rejects.toMatchObject({ code: 'not_logged' });
    const body = await world.verdict();
    const right = {
      type: 'verdict',
      id: body.verdict.verdict_id,
      commitment: commit(body.verdict, body.salt),
    } as const;
    const other = toHex(leafHash(leafBytes({ v: 1, ...right, type: 'verdict' })));
    for (const change of [
      { leaf_index: 1 },
      { tree_size: 3 },
      { hashes: [] },
      { hashes: [other] },
      { hashes: ['zz'] },
    ]) {
      await expect(auditInclusion({ ...body.proof, ...change }, right, { keys })).rejects.toMatchObject({
        code: 'not_logged',
      });
    }
    await expect(auditInclusion(body.proof, right, { keys })).resolves.toMatchObject({ size: 2 });
  });
});

import { sql } from '../platform/database/index.js';
import { testDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { leafNamed, processOn } from './log.fixture.js';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
  const { append, sequencer } = processOn(db.unitOfWork);
  await append('test', leafNamed('a'), leafNamed('b'));
  await sequencer.flush('test');
});
afterAll(() => db.close());

describe('the tables of the log', () => {
  it.each([
    ['a logged entry changed', `UPDATE log_leaf SET entry = '\\x00'`],
    ['a logged leaf moved', 'UPDATE log_leaf SET leaf_index = leaf_index + 10'],
    ['a leaf deleted', 'DELETE FROM log_leaf'],
    ['a tile changed', `UPDATE log_tile SET hashes = set_byte(hashes, 0, (get_byte(hashes, 0) + 1) % 256)`],
    ['a tile cut', 'UPDATE log_tile SET hashes = substring(hashes FOR 32)'],
    ['a tile deleted', 'DELETE FROM log_tile'],
    ['a checkpoint changed', `UPDATE log_checkpoint SET note = 'other'`],
    ['a checkpoint deleted', 'DELETE FROM log_checkpoint'],
    ['the head moved back', `UPDATE log_head SET size = 1, frontier = ''`],
    ['the log renamed', `UPDATE log_head SET size = size + 1, origin = 'elsewhere'`],
    ['the head deleted', 'DELETE FROM log_head'],
  ])('refuse to have %s', async (_, text) => {
    await expect(db.unitOfWork.run((tx) => sql(tx, text))).rejects.toThrow('append-only');
  });

  it('refuse a second signature for one size', async () => {
    const again = `INSERT INTO log_checkpoint SELECT * FROM log_checkpoint`;
    await expect(db.unitOfWork.run((tx) => sql(tx, again))).rejects.toThrow('log_checkpoint_pkey');
  });
});

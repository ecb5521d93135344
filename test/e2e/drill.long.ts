import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { erasePostgres } from '../../src/platform/embedded/postgres.js';
import { drill } from '../drill/drill.js';

/** A short run of `npm run drill`; longer ones go by their own command. */
const KILLS = 10;

describe('kill -9 of api, verifier, decoder or Postgres at any moment', () => {
  it('loses no capture, pays none twice, leaves the books balanced and no process behind', async () => {
    const parent = join(process.cwd(), '.groundtruth');
    await mkdir(parent, { recursive: true });
    const dataDir = await mkdtemp(join(parent, 'drill-'));
    try {
      const tally = await drill({ dataDir, kills: KILLS, seed: 1, say: () => undefined });
      expect(tally).toMatchObject({ kills: KILLS, captures: 3 * KILLS, faults: [] });
      expect(tally).toMatchObject({ lost: 0, doubled: 0, unbalanced: 0, orphans: 0 });
      expect(Object.values(tally.by_target).every((kills) => kills > 0)).toBe(true);
    } finally {
      await erasePostgres(join(dataDir, 'postgres'));
      await rm(dataDir, { recursive: true, force: true });
    }
  }, 900_000);
});

import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { drill } from '../drill/drill.js';

/** A short run of `npm run drill`; longer ones go by their own command. */
const KILLS = 10;

describe('kill -9 of api, verifier or Postgres at any moment', () => {
  it('loses no accepted capture, pays none twice and leaves the books balanced', async () => {
    const dataDir = await mkdtemp(join(process.cwd(), '.groundtruth', 'drill-'));
    try {
      const tally = await drill({ dataDir, kills: KILLS, seed: 1, say: () => undefined });
      expect(tally).toMatchObject({ kills: KILLS, lost: 0, doubled: 0, unbalanced: 0 });
      expect(Object.values(tally.by_target).every((count) => count > 0)).toBe(true);
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  }, 300_000);
});

import { Client } from 'pg';
import { releaserDatabase, type ReleaserDatabase } from '../workers/releaser/database.fixture.js';
import { ensureReleaserRole, releaserUrl } from './releaser.js';

/** The role belongs to the server that all test databases share, so all tests must give it the same password. */
const PASSWORD = 'releaser of the tests';

describe('the login of the releaser', () => {
  let world: ReleaserDatabase;
  beforeAll(async () => (world = await releaserDatabase()));
  afterAll(() => world?.close());

  const login = async (password: string): Promise<Client> => {
    const client = new Client({ connectionString: releaserUrl(world.db.url, password) });
    await client.connect();
    return client;
  };

  it('has the last password, set by several processes at once, and no other', async () => {
    await Promise.all([1, 2, 3].map(() => ensureReleaserRole(world.db.dataSource, PASSWORD)));
    const client = await login(PASSWORD);
    const { rows } = await client.query<{ answer: unknown }>('SELECT releaser_api.releases_due(1) AS answer');
    await expect(client.query('SELECT FROM public.release')).rejects.toMatchObject({ code: '42501' });
    await expect(client.query('SET ROLE postgres')).rejects.toMatchObject({ code: '42501' });
    await client.end();
    expect(rows).toEqual([{ answer: [] }]);
    await expect(login('guess')).rejects.toMatchObject({ code: '28P01' });
  });
});

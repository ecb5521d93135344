import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { loadConfig } from '../platform/config/index.js';
import { eraseAnvil } from '../platform/embedded/anvil.js';
import { erasePostgres } from '../platform/embedded/postgres.js';

/** `npm run reset`: forgets everything kept on this machine, keys included. The next start makes it anew. */
async function reset(): Promise<void> {
  const dataDir = resolve(loadConfig(process.env).DATA_DIR);
  await erasePostgres(join(dataDir, 'postgres'));
  await eraseAnvil(join(dataDir, 'chain'));
  await rm(dataDir, { recursive: true, force: true });
  process.stdout.write(`${dataDir} is gone\n`);
}

await reset();

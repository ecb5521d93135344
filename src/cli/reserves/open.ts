import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Mode } from '@groundtruth/sdk/protocol';
import type { Config } from '../../platform/config/index.js';
import { startAnvil } from '../../platform/embedded/anvil.js';
import { findAnvil, prepareAnvilHome, urlOf } from '../../platform/embedded/anvil-process.js';
import { startPostgres } from '../../platform/embedded/postgres.js';

type Ending = (() => Promise<unknown>)[];

/** Addresses of the chains to look at. The embedded one is used where it runs, else started and stopped again; never made anew. */
export async function openNodes(config: Config, ending: Ending): Promise<Partial<Record<Mode, string>>> {
  const folder = join(resolve(config.DATA_DIR), 'chain');
  const embedded = config.EMBEDDED_CHAIN === 'on' && (await exists(folder)) ? await embeddedNode(folder, ending) : null;
  return {
    ...(embedded === null ? {} : { test: embedded }),
    ...(config.CHAIN_RPC_URL === undefined ? {} : { live: config.CHAIN_RPC_URL }),
  };
}

async function embeddedNode(folder: string, ending: Ending): Promise<string> {
  const running = await findAnvil(await prepareAnvilHome(folder));
  if (running !== null) return urlOf(running.port);
  const chain = await startAnvil({ dataDir: folder });
  ending.push(() => chain.stop());
  return chain.url;
}

/** Address of the database. The embedded one is used where it runs, else started and stopped again; null where there is none. */
export async function openDatabase(config: Config, ending: Ending): Promise<string | null> {
  if (config.DATABASE_URL !== undefined) return config.DATABASE_URL;
  const dataDir = join(resolve(config.DATA_DIR), 'postgres');
  if (!(await exists(dataDir))) return null;
  const postgres = await startPostgres({ dataDir });
  if (!postgres.adopted) ending.push(() => postgres.stop());
  return postgres.url;
}

const exists = (path: string): Promise<boolean> => access(path).then(() => true, () => false); // prettier-ignore

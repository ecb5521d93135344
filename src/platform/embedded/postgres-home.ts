import { createHash } from 'node:crypto';
import { chmod, lchown, mkdir, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { copyBinaries, installedBinaries, type PostgresBinaries } from './postgres-binaries.js';
import { choosePostgresUser, NOBODY, nobodyCanRun, nobodyCanWrite, type PostgresUser } from './postgres-user.js';

/** Where files go that user `nobody` must reach when the folder they belong to cannot be entered. Survives a reboot, unlike /tmp. */
const SYSTEM_FOLDER = '/var/lib';

/** Where a server's files lie and under which user it runs. */
export interface PostgresHome {
  readonly user: PostgresUser;
  readonly binaries: PostgresBinaries;
  /** Postgres's own data folder; absent until initdb has run. */
  readonly cluster: string;
  /** Files of ours beside it, each readable by us alone. */
  readonly files: Record<'lock' | 'log' | 'password' | 'port', string>;
}

/** The lock that a starter holds before it touches anything else of `dataDir`. */
export const lockFileOf = (dataDir: string): string => join(dataDir, 'lock');

/**
 * Makes the folders and chooses the user. As `nobody` below a parent that `nobody` cannot traverse, the cluster goes to a system folder
 * whose path is kept in `<dataDir>/location`; once there it stays there. Repeatable.
 */
export async function preparePostgresHome(
  dataDir: string,
  user: PostgresUser = choosePostgresUser(),
): Promise<PostgresHome> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const home = await realpath(dataDir);
  const installed = await installedBinaries();
  const binaries = user === 'nobody' ? await reachableBinaries(installed, home) : installed;
  const cluster = (await locationOf(home)) ?? (await newLocation(home, user));
  if (user !== 'plain') await giveTo(cluster, user === 'nobody' ? NOBODY : 0);
  const files = {
    lock: lockFileOf(home),
    log: join(home, 'log'),
    password: join(home, 'password'),
    port: join(home, 'port'),
  };
  return { user, binaries, cluster, files };
}

/** Removes a stopped server's data for good, its stand-in below the system folder included. Repeatable. */
export async function erasePostgresHome(dataDir: string): Promise<void> {
  const home = await realpath(dataDir).catch(() => null);
  if (home === null) return;
  await rm(systemFolderOf(home), { recursive: true, force: true });
  await rm(home, { recursive: true, force: true });
}

async function locationOf(home: string): Promise<string | null> {
  const kept = await readFile(join(home, 'location'), 'utf8').catch(missing);
  return kept?.trim() ?? null;
}

async function newLocation(home: string, user: PostgresUser): Promise<string> {
  const usual = join(home, 'cluster');
  if (user !== 'nobody' || (await openedTo(home))) return usual;
  const system = await systemFolder(home);
  await writeFile(join(home, 'location'), `${join(system, 'cluster')}\n`, { mode: 0o600 });
  return join(system, 'cluster');
}

/** Lets `nobody` traverse `home` and, only where that is not enough, its parent. Undone when something above them still bars the way. */
async function openedTo(home: string): Promise<boolean> {
  const opened: { folder: string; mode: number }[] = [];
  for (const folder of [home, dirname(home)]) {
    const { mode } = await stat(folder);
    await chmod(folder, (mode & 0o7777) | 0o011);
    opened.push({ folder, mode: mode & 0o7777 });
    if (await nobodyReaches(home)) return true;
  }
  for (const { folder, mode } of opened) await chmod(folder, mode);
  return false;
}

async function nobodyReaches(home: string): Promise<boolean> {
  const probe = join(home, 'cluster.probe');
  await mkdir(probe, { recursive: true, mode: 0o700 });
  await lchown(probe, NOBODY, NOBODY);
  const reached = nobodyCanWrite(probe);
  await rm(probe, { recursive: true });
  return reached;
}

async function reachableBinaries(installed: PostgresBinaries, home: string): Promise<PostgresBinaries> {
  if (nobodyCanRun(installed.postgres)) return installed;
  const { version } = JSON.parse(await readFile(join(installed.folder, 'package.json'), 'utf8')) as { version: string };
  const copy = await copyBinaries(installed, join(await systemFolder(home), `binaries-${version}`));
  if (!nobodyCanRun(copy.postgres))
    throw new Error(`user ${NOBODY} cannot run ${copy.postgres}; set DATABASE_URL instead`);
  return copy;
}

async function systemFolder(home: string): Promise<string> {
  const folder = systemFolderOf(home);
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o711);
  return folder;
}

function systemFolderOf(home: string): string {
  return join(SYSTEM_FOLDER, `groundtruth-${createHash('sha256').update(home).digest('hex').slice(0, 12)}`);
}

/** The cluster may have been made under the other user, on a system that (dis)allowed user namespaces then. */
async function giveTo(cluster: string, uid: number): Promise<void> {
  const owner = await stat(cluster).catch(missing);
  if (owner === null || owner.uid === uid) return;
  for (const entry of await readdir(cluster, { recursive: true })) await lchown(join(cluster, entry), uid, uid);
  await lchown(cluster, uid, uid);
}

function missing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

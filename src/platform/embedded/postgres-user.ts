import { spawnSync } from 'node:child_process';

/** The conventional ids of `nobody`: they exist as numbers on every system, so no account has to be made. */
export const NOBODY = 65534;

/**
 * Under which user Postgres runs; it refuses to be root.
 * `plain`: as we are. `namespace`: we stay root outside and are `nobody` inside a user namespace, so files keep their owner.
 * `nobody`: really as uid 65534, which must own the data and reach the binaries.
 */
export type PostgresUser = 'plain' | 'namespace' | 'nobody';

export function choosePostgresUser(): PostgresUser {
  if (process.getuid?.() !== 0) return 'plain';
  const [command, ...args] = commandAs('namespace', ['true']);
  return spawnSync(command!, args, { stdio: 'ignore' }).status === 0 ? 'namespace' : 'nobody';
}

/** The command line that runs `command` as `user`; for `nobody` the ids of `idsOf` must be given to spawn as well. */
export function commandAs(user: PostgresUser, command: string[]): string[] {
  if (user !== 'namespace') return command;
  return ['unshare', '--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`, ...command];
}

/** What to give to spawn so that the program runs as `user`. */
export function idsOf(user: PostgresUser): { uid?: number; gid?: number } {
  return user === 'nobody' ? { uid: NOBODY, gid: NOBODY } : {};
}

/** Whether uid 65534 can run this program, asked of the system itself: modes, access lists and mounts all count. */
export function nobodyCanRun(program: string): boolean {
  return spawnSync(program, ['--version'], { ...idsOf('nobody'), cwd: '/', stdio: 'ignore' }).status === 0;
}

/** Whether uid 65534 can enter this folder and write in it. */
export function nobodyCanWrite(folder: string): boolean {
  const test = ['-c', 'cd "$0" && test -w .', folder];
  return spawnSync('/bin/sh', test, { ...idsOf('nobody'), cwd: '/', stdio: 'ignore' }).status === 0;
}

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What a decoder is started under. `command` precedes the program; it replaces itself by it, so the process id stays the same. */
export interface Sandbox {
  readonly name: 'hidden_paths' | 'no_network' | 'none';
  readonly command: readonly string[];
}

/** The decoder's whole environment: programs of the system are found, nothing of ours is. */
export const DECODER_ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LANG: 'C.UTF-8',
  TZ: 'UTC',
} as const;

const PROBE_MS_MAX = 5_000;
const run = promisify(execFile);

/**
 * The strongest sandbox this machine allows, found by trying each on a program that does nothing:
 *
 * 1. own user, network and mount namespaces, the folders in `hide` (keys, database files) covered by empty ones, then every
 *    capability given up: no network, no way to read the parent's memory or environment, no file of ours that matters;
 * 2. own user and network namespaces only;
 * 3. nothing, where the system forbids unprivileged namespaces or is not Linux. The decoder then says so in its hello.
 */
export async function chooseSandbox(hide: readonly string[]): Promise<Sandbox> {
  for (const sandbox of candidates(hide)) if (await works(sandbox)) return sandbox;
  return { name: 'none', command: [] };
}

function candidates(hide: readonly string[]): Sandbox[] {
  const namespaces = ['unshare', '--user', '--map-root-user', '--net'];
  const capless = ['setpriv', '--bounding-set=-all', '--inh-caps=-all', '--no-new-privs', '--'];
  return [
    {
      name: 'hidden_paths',
      command: [
        ...namespaces,
        '--mount',
        '--',
        'sh',
        '-c',
        COVER_THEN_EXEC,
        'sh',
        String(hide.length),
        ...hide,
        ...capless,
      ],
    },
    { name: 'no_network', command: [...namespaces, '--', ...capless] },
  ];
}

/** Arguments: how many folders, the folders, the command. A folder that cannot be covered ends it before the command starts. */
const COVER_THEN_EXEC = `
n=$1; shift
while [ "$n" -gt 0 ]; do
  mount -t tmpfs -o ro,size=4k,mode=0555 none "$1" || exit 97
  shift; n=$((n - 1))
done
ulimit -c 0
exec "$@"`;

async function works({ command: [program = '', ...rest] }: Sandbox): Promise<boolean> {
  try {
    await run(program, [...rest, 'true'], { env: DECODER_ENVIRONMENT, timeout: PROBE_MS_MAX });
    return true;
  } catch {
    return false; // This sandbox is not to be had here; the next one is tried, and the hello tells which was used.
  }
}

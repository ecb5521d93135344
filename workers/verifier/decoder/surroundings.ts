import { readFile } from 'node:fs/promises';

/** What a decoder finds around itself at start. Looked up in the kernel, so that `hello` reports facts and not intentions. */
export interface Surroundings {
  readonly network_isolated: boolean;
  readonly parent_hidden: boolean | null;
  readonly environment: string[];
}

export async function lookAround(environment: readonly string[], parentPid: number): Promise<Surroundings> {
  return {
    network_isolated: onlyLoopback(await textOf('/proc/self/net/dev')),
    parent_hidden: await parentHidden(parentPid),
    environment: [...environment].sort(),
  };
}

/** Whether a Linux interface table (two lines of heading, one `name:` a line) lists nothing but loopback. No table: not isolated. */
export function onlyLoopback(table: string | null): boolean {
  if (table === null) return false;
  const names = table
    .split('\n')
    .slice(2)
    .map((line) => line.split(':')[0]?.trim());
  return names.every((name) => name === '' || name === 'lo');
}

async function parentHidden(pid: number): Promise<boolean | null> {
  if ((await textOf('/proc/self/stat')) === null) return null;
  return (await textOf(`/proc/${pid}/environ`)) === null;
}

/** Null when it is absent or forbidden, which are the answers sought here. */
function textOf(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(() => null);
}

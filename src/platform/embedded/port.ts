import { randomInt } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';

/** Below the range from which systems hand out ports to clients: there a port may sit in TIME_WAIT just when it is wanted. */
const PORT_MIN = 20_000;
const PORT_MAX = 32_767;
const PICKS_MAX = 50;

/** The port remembered in `file` when it is free, else another one, which is remembered. */
export async function rememberedPort(file: string): Promise<number> {
  const remembered = Number(await readFile(file, 'utf8').catch(missing));
  if (Number.isInteger(remembered) && remembered > 0 && (await isFree(remembered))) return remembered;
  const port = await freePort();
  await writeFile(file, `${port}\n`);
  return port;
}

/** A port of 127.0.0.1 that nothing listens on now. Another program may take it before the caller does. */
export async function freePort(): Promise<number> {
  for (let pick = 0; pick < PICKS_MAX; pick++) {
    const port = randomInt(PORT_MIN, PORT_MAX + 1);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port among ${PICKS_MAX} picks between ${PORT_MIN} and ${PORT_MAX}`);
}

export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

function missing(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return '';
  throw error;
}

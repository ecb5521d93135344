import { readFile } from 'node:fs/promises';

/** A process as it was found. Numbers are used again, so the moment of its start belongs to its identity. Linux only: /proc. */
export interface ProcessSeen {
  readonly pid: number;
  /** In clock ticks since the machine started. */
  readonly started: string;
}

/** The child of `parent` that runs the Node program whose path ends in `program`, or null while there is none. */
export async function childRunning(program: string, parent: number): Promise<ProcessSeen | null> {
  const children = (await textOf(`/proc/${parent}/task/${parent}/children`)).split(' ').map(Number).filter(Boolean);
  for (const pid of children) {
    const [runtime = '', ...args] = (await textOf(`/proc/${pid}/cmdline`)).split('\0');
    // A sandbox carries the program among its arguments before it becomes it.
    if (!runtime.endsWith('node') || !args.some((arg) => arg.endsWith(program))) continue;
    const started = await startOf(pid);
    if (started !== null) return { pid, started };
  }
  return null;
}

/** False for a zombie too: it does nothing any more. */
export async function isRunning({ pid, started }: ProcessSeen): Promise<boolean> {
  return (await startOf(pid)) === started;
}

/** Fields 3 (state) and 22 (start) of `proc_pid_stat(5)`; null when the process has ended. */
async function startOf(pid: number): Promise<string | null> {
  const stat = await textOf(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return stat === '' || fields[0] === 'Z' ? null : fields[19]!;
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}

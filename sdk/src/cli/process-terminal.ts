import { homedir } from 'node:os';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { SYSTEM_TIMING } from '../http/timing.js';
import type { Terminal } from './terminal.js';

/** The terminal of this process. The first interrupt ends the command in good order, a second one at once. */
export function processTerminal(): Terminal {
  const interrupted = new AbortController();
  const stop = (): void => interrupted.abort(new Error('interrupted'));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  // Whoever reads us may stop reading, as `head` does.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    stop();
  });
  return {
    env: process.env,
    home: homedir(),
    write: (written) => void process.stdout.write(written),
    writeError: (written) => void process.stderr.write(written),
    stdin: () => text(process.stdin),
    inputEnd: () =>
      new Promise((resolve) => {
        process.stdin.once('close', resolve);
        process.stdin.once('end', resolve);
        interrupted.signal.addEventListener('abort', resolve);
      }),
    timing: SYSTEM_TIMING,
    signal: interrupted.signal,
  };
}

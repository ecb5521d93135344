import { readFile } from 'node:fs/promises';
import { command, UsageError } from '../command.js';
import { EXIT } from '../exit.js';
import { replaceFile } from '../replace-file.js';
import { agentOf } from '../session.js';
import { eventRow } from '../shown.js';

export const events = command({
  name: 'events',
  summary: 'Prints what happened to what is yours, oldest first, each as a line.',
  args: [],
  options: {
    follow: { type: 'boolean', about: 'Go on with what happens from now on, until interrupted.' },
    state: { type: 'string', value: 'FILE', about: 'With --follow: keep in it how far it came, and go on there.' },
  },
  examples: ['events --json', 'events --follow --state events.cursor'],
  async run({ options: { follow, state }, terminal, out }) {
    const { signal } = terminal;
    if (state !== undefined && !follow) throw new UsageError('--state goes with --follow');
    const client = await agentOf(terminal);
    const cursor = state === undefined ? null : await cursorIn(state);
    const onCursor = async (at: string): Promise<void> => {
      if (state !== undefined) await replaceFile(state, `${at}\n`);
    };
    const found = follow
      ? client.events.follow({ ...(cursor === null ? {} : { cursor }), onCursor, signal })
      : client.events.list({ signal });
    for await (const event of found) out.each(event, eventRow(event));
    return EXIT.ok;
  },
});

/** Null when nothing was kept yet. */
async function cursorIn(file: string): Promise<string | null> {
  const text = await readFile(file, 'utf8').catch((error: { code?: string }) => {
    if (error.code === 'ENOENT') return null;
    throw new UsageError(`${file} cannot be read`, { cause: error });
  });
  return text?.trim() || null;
}

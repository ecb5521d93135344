import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli, runCommand } from '@groundtruth/sdk/cli';
import { readSanctions } from '../../policy/index.js';
import { watchedTerminal } from '../../../sdk/src/cli/terminal.fixture.js';
import { SERVER_COMMANDS } from '../server-commands.js';

const folder = mkdtempSync(join(tmpdir(), 'gt-sdn-'));
afterAll(() => rmSync(folder, { recursive: true }));
const [csv, to] = [join(folder, 'sdn.csv'), join(folder, 'list.json')];
const sanctionsImport = SERVER_COMMANDS.find(({ name }) => name === 'sanctions-import')!;
const run = (...args: string[]) => runCommand(sanctionsImport, args, watchedTerminal());

describe('the import of a sanctions list', () => {
  it('writes what the market reads, and leaves the old list when the table is broken', async () => {
    writeFileSync(csv, '7,"DOE, Jane",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n');
    const args = ['--csv', csv, '--as-of', '2026-11-21T06:00:00Z', '--to', to];
    expect(await run(...args)).toBe(0);
    const list = { as_of: Date.UTC(2026, 10, 21, 6), ids: [], names: ['DOE, Jane'], wallets: [] };
    expect(readSanctions(readFileSync(to, 'utf8'))).toEqual(list);
    writeFileSync(csv, '');
    await expect(run(...args)).rejects.toThrow('nobody');
    writeFileSync(csv, 'a,b\n');
    await expect(run(...args)).rejects.toThrow('columns');
    expect(readSanctions(readFileSync(to, 'utf8'))).toEqual(list);
  });

  it('takes a table, or a date, that cannot be used for wrong usage', async () => {
    const status = (...args: string[]) => runCli(SERVER_COMMANDS, ['sanctions-import', ...args], watchedTerminal());
    const made = readdirSync(folder);
    writeFileSync(csv, 'a,b\n');
    for (const [table, as_of] of [[join(folder, 'none.csv'), '2026-11-21T06:00:00Z'], [folder, '2026-11-21T06:00:00Z'], [csv, '2026-11-21T06:00:00Z'], [csv, 'today']]) {
      expect(await status('--csv', table!, '--as-of', as_of!, '--to', to)).toBe(2);
    }
    expect(readdirSync(folder)).toEqual(made);
  }); // prettier-ignore

  it('needs a date: a table has none', async () => {
    await expect(run('--csv', csv, '--to', to)).rejects.toThrow('--as-of');
    await expect(run('--nonsense')).rejects.toThrow('nonsense');
  });
});

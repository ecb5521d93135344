import { readFileSync } from 'node:fs';
import { COMMANDS, commandRows, exitRows, withCompletion } from '@groundtruth/sdk/cli';
import { SERVER_COMMANDS, together } from './server-commands.js';

/** Without what the formatter aligns. */
const bare = (text: string): string => text.replaceAll(/ +/g, ' ').replaceAll(/-{3,}/g, '---');
const page = bare(readFileSync('docs/cli.md', 'utf8'));
const all = withCompletion(together(COMMANDS));

describe('docs/cli.md', () => {
  it('has every command with every option, as they are parsed', () => {
    const [, commands] = page.split('\n## Commands\n\n');
    expect(commands?.trim()).toBe(bare(commandRows(all)).trim());
  });

  it('has the exit statuses as they are', () => {
    const rows = exitRows().map(([status, meaning]) => `| ${status} | ${meaning} |`);
    const [, after] = page.split('\n## Exit statuses\n');
    expect(
      after
        ?.split('\n## ')[0]
        ?.split('\n')
        .filter((line) => /^\| \d/.test(line)),
    ).toEqual(rows);
  });
});

describe('the commands of a clone', () => {
  it('are those of the SDK and those that need the server’s code, each name once', () => {
    const names = all.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name } of [...COMMANDS, ...SERVER_COMMANDS]) expect(names).toContain(name);
  });

  it('keep the names of options apart from what every command has', () => {
    expect(all.filter(({ options }) => 'json' in options || 'help' in options)).toEqual([]);
  });
});

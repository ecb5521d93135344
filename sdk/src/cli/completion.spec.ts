import { execFileSync } from 'node:child_process';
import { COMMANDS } from './commands/index.js';
import { runCli } from './run.js';
import { watchedTerminal } from './terminal.fixture.js';

async function script(shell: string): Promise<string> {
  const terminal = watchedTerminal();
  expect(await runCli(COMMANDS, ['completion', shell], terminal)).toBe(0);
  return terminal.out();
}

/** What bash offers after these words; the last one is the one being written. */
function offered(source: string, words: readonly string[]): string[] {
  const line = words.map((word) => `'${word}'`).join(' ');
  const ask = `COMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _groundtruth; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', `${source}\n${ask}`], { encoding: 'utf8' })
    .split('\n')
    .filter(Boolean);
}

describe('completion', () => {
  it('offers commands, options of the command, and the values they take', async () => {
    const bash = await script('bash');
    expect(offered(bash, ['groundtruth', 're'])).toEqual(['reviews', 'review', 'reserve', 'read']);
    expect(offered(bash, ['groundtruth', 'watch', '--'])).toEqual(['--timeout', '--json', '--help']);
    expect(offered(bash, ['groundtruth', 'submit', '--finding', 'a'])).toEqual(['absent']);
    expect(offered(bash, ['groundtruth', 'review', 'cap_1', ''])).toEqual(expect.arrayContaining(['accept', 'object']));
    expect(offered(bash, ['groundtruth', 'post', '--file', 'READ'])).toEqual(['README.md']);
    expect(offered(bash, ['groundtruth', 'post', '--title', ''])).toEqual([]);
  });

  it.each(['zsh', 'fish'])('names every command and option for %s', async (shell) => {
    const text = await script(shell);
    for (const { name, options } of COMMANDS) {
      expect(text).toContain(name);
      for (const option of Object.keys(options)) expect(text).toContain(option);
    }
  });
});

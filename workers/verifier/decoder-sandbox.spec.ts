import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chooseSandbox, DECODER_ENVIRONMENT } from './decoder-sandbox.js';

const run = promisify(execFile);
const secrets = mkdtempSync(join(tmpdir(), 'groundtruth-keys-'));
beforeAll(() => writeFileSync(join(secrets, 'verdict.key'), 'secret'));
afterAll(() => rmSync(secrets, { recursive: true }));

async function inside(command: string[]): Promise<string> {
  const sandbox = await chooseSandbox([secrets]);
  const [program = '', ...rest] = [...sandbox.command, ...command];
  return run(program, rest, { env: DECODER_ENVIRONMENT }).then(({ stdout }) => stdout.trim());
}

describe('the sandbox of the decoder', () => {
  it('is one that works here', async () => {
    expect(await inside(['echo', 'alive'])).toBe('alive');
  });

  it('hides what it was told to hide, when it says so', async () => {
    const { name } = await chooseSandbox([secrets]);
    const listing = await inside(['ls', secrets]);
    expect(listing).toBe(name === 'hidden_paths' ? '' : 'verdict.key');
  });

  it('cannot be undone from inside, when it says that it hides', async () => {
    const { name } = await chooseSandbox([secrets]);
    const script = `umount ${secrets} 2>/dev/null; unshare --user --map-root-user --mount umount ${secrets} 2>/dev/null; ls ${secrets}`;
    expect(await inside(['sh', '-c', script])).toBe(name === 'hidden_paths' ? '' : 'verdict.key');
  });

  it('has no interface but loopback, unless there is none to be had', async () => {
    const { name } = await chooseSandbox([secrets]);
    if (name === 'none') return expect(await inside(['echo', 'open'])).toBe('open');
    const table = await inside(['cat', '/proc/self/net/dev']);
    expect(
      table
        .split('\n')
        .slice(2)
        .map((line) => line.split(':')[0]?.trim()),
    ).toEqual(['lo']);
  });

  it('falls back to less when a folder to hide does not exist', async () => {
    const { name } = await chooseSandbox([join(secrets, 'absent')]);
    expect(['no_network', 'none']).toContain(name);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newAuthority } from '../../test/support/c2pa.js';
import { NO_TRUST, readTrust } from './trust.js';

const folder = mkdtempSync(join(tmpdir(), 'trust-'));
afterAll(() => rmSync(folder, { recursive: true }));

const UNSET = { DEVICE_ROOT_TEST: '', DEVICE_ROOT_LIVE: '', C2PA_TRUST_FILES: [] as string[] };
function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

describe('the trust anchors of a verifier', () => {
  it('are none when nothing is configured', async () => {
    expect(await readTrust(UNSET)).toEqual(NO_TRUST);
  });

  it('are our own roots, each for its mode, and those of all lists without their comments', async () => {
    const names = ['test', 'live', 'one', 'two', 'stamps'];
    const [test, live, one, two, stamps] = await Promise.all(
      names.map(async (name) => (await newAuthority(name)).rootPem),
    );
    const signers = file('signers.pem', `# Maker of cameras\n${one}\n\n# Another\n${two}\n`);
    const config = {
      DEVICE_ROOT_TEST: test!,
      DEVICE_ROOT_LIVE: live!,
      C2PA_TRUST_FILES: [signers, file('stamps.pem', stamps!)],
    };
    expect(await readTrust(config)).toEqual({
      platform: { test, live },
      third_party: [one, two, stamps].join('\n'),
    });
  });

  it.each([
    ['missing', () => join(folder, 'nowhere.pem'), /nowhere\.pem cannot be read/],
    ['empty', () => file('empty.pem', ''), /empty\.pem holds no certificate/],
    ['a key', () => file('key.pem', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----'), /no certificate/],
    [
      'broken',
      () => file('broken.pem', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'),
      /broken\.pem holds a certificate that cannot be read/,
    ],
    ['endless', () => file('endless.pem', ' '.repeat(2_000_001)), /endless\.pem is longer/],
  ])('stop the start when a list is %s, naming it', async (_, path, message) => {
    await expect(readTrust({ ...UNSET, C2PA_TRUST_FILES: [path()] })).rejects.toThrow(message);
  });

  it('stop the start when a root of our own is none', async () => {
    await expect(readTrust({ ...UNSET, DEVICE_ROOT_LIVE: 'text' })).rejects.toThrow(/DEVICE_ROOT_LIVE/);
  });
});

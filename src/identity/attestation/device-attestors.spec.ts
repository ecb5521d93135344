import { webcrypto } from 'node:crypto';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publicKeySchema, type Attestation, type AttestationOf } from '@groundtruth/sdk/protocol';
import { loadConfig } from '../../platform/config/index.js';
import { serialKey } from './android-chain.js';
import { AndroidMaker, PACKAGE, SIGNING_DIGEST } from './android-device.fixture.js';
import { AndroidKeyAttestor, STATUS_AGE_MS_MAX, type AndroidSettings } from './android-key.attestor.js';
import type { AttestationClaim } from './device-attestor.js';
import { DeviceAttestors } from './device-attestors.js';

const AT = Date.parse('2026-11-21T08:00:00Z');
const CHALLENGE = Buffer.alloc(32, 7);

let maker: AndroidMaker;
let folder: string;
let statement: AttestationOf<'android_key'>;
let claim: AttestationClaim;
const file = (name: string): string => join(folder, name);

beforeAll(async () => {
  maker = await AndroidMaker.create();
  folder = await mkdtemp(join(tmpdir(), 'attestors-'));
  await writeFile(file('roots.pem'), maker.rootPem);
  const { chain, keys } = await maker.attest({ challenge: CHALLENGE });
  const { kty, crv, x, y } = await webcrypto.subtle.exportKey('jwk', keys.publicKey);
  claim = { public_key: publicKeySchema.parse({ kty, crv, x, y }), mode: 'live', at: AT };
  const certificate_chain = chain.map((der) => der.toString('base64'));
  statement = { format: 'android_key', challenge: CHALLENGE.toString('base64url'), certificate_chain };
});
afterAll(() => rm(folder, { recursive: true }));

const settings = (changes: Partial<AndroidSettings> = {}): AndroidSettings => ({
  packages: [PACKAGE],
  signing_digests: [SIGNING_DIGEST],
  status_file: file('status.json'),
  roots_file: file('roots.pem'),
  ...changes,
});

/** Writes a status list that was fetched so long ago. */
async function status(entries: object, age_ms = 0): Promise<void> {
  await writeFile(file('status.json'), JSON.stringify({ entries }));
  const fetched = new Date(AT - age_ms);
  await utimes(file('status.json'), fetched, fetched);
}

const attest = (changes: Partial<AndroidSettings> = {}) =>
  new AndroidKeyAttestor(settings(changes)).attest(statement, claim);

describe('the Android attestor', () => {
  it('believes a key that is on no status list', async () => {
    await status({}, STATUS_AGE_MS_MAX);
    await expect(attest()).resolves.toEqual({
      format: 'android_key',
      package: PACKAGE,
      security_level: 'trusted_environment',
      os_patch_level: 202_610,
    });
  });

  it('refuses one whose batch key Google has taken back', async () => {
    await status({ [serialKey(maker.intermediateSerial)]: { status: 'REVOKED', reason: 'KEY_COMPROMISE' } });
    await expect(attest()).rejects.toMatchObject({ facts: { reason: 'certificate_revoked' } });
  });

  it('decides nothing without a status list of the last days', async () => {
    const outage = { code: 'dependency_unavailable' };
    await expect(attest({ status_file: file('none.json') })).rejects.toMatchObject(outage);
    await status({}, STATUS_AGE_MS_MAX + 1);
    await expect(attest()).rejects.toMatchObject(outage);
    await writeFile(file('status.json'), '{"entries":');
    await expect(attest()).rejects.toMatchObject(outage);
  });

  it('believes Google’s roots alone when no others are configured', async () => {
    await status({});
    await expect(attest({ roots_file: undefined })).rejects.toMatchObject({ facts: { reason: 'chain_untrusted' } });
  });
});

describe('attestors without any configured app', () => {
  const attestors = new DeviceAttestors(loadConfig({}));
  const challenge = CHALLENGE.toString('base64url');

  it('ask for no challenge', () => {
    expect(attestors.configured).toEqual([]);
    expect(() => attestors.requireOne()).toThrow(expect.objectContaining({ code: 'attestation_unavailable' }));
  });

  it.each<[string, () => Attestation]>([
    ['app_attest', () => ({ format: 'app_attest', challenge, key_id: 'AAAA', attestation: 'AAAA' })],
    ['android_key', () => statement],
    ['play_integrity', () => ({ format: 'play_integrity', challenge, token: 'x' })],
  ])('refuse %s as unavailable', async (_format, of) => {
    await expect(attestors.attest(of(), claim)).rejects.toMatchObject({ code: 'attestation_unavailable' });
  });
});

describe('the configuration of attestation', () => {
  const all = {
    ANDROID_PACKAGES: PACKAGE,
    ANDROID_SIGNING_DIGESTS: SIGNING_DIGEST,
    ANDROID_STATUS_FILE: 'status.json',
  };

  it('names Android apps only with their signers and a status list', () => {
    expect(new DeviceAttestors(loadConfig(all)).configured).toEqual(['android_key']);
    for (const missing of Object.keys(all)) expect(() => loadConfig({ ...all, [missing]: '' })).toThrow('expected all of them or none'); // prettier-ignore
  });

  it('takes Apple apps by team and bundle', () => {
    const APP_ATTEST_APP_IDS = 'AB12CD34EF.org.example.app, AB12CD34EF.org.example.beta';
    expect(new DeviceAttestors(loadConfig({ APP_ATTEST_APP_IDS })).configured).toEqual(['app_attest']);
    expect(() => loadConfig({ APP_ATTEST_APP_IDS: 'org.example.app' })).toThrow('APP_ATTEST_APP_IDS');
  });
});

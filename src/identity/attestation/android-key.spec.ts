import { webcrypto, X509Certificate } from 'node:crypto';
import { SecurityLevel, VerifiedBootState } from '@peculiar/asn1-android';
import { SettingsService } from '@simplewebauthn/server';
import { publicKeySchema } from '@groundtruth/sdk/protocol';
import { AndroidMaker, PACKAGE, SIGNING_DIGEST, type Spoken } from './android-device.fixture.js';
import { serialKey } from './android-chain.js';
import { verifyAndroidKey, type AndroidKeyClaim } from './android-key.js';

const AT = Date.parse('2026-11-21T08:00:00Z');
const CHALLENGE = Buffer.alloc(32, 7);
const OTHER = Buffer.alloc(32, 8);

let maker: AndroidMaker;
beforeAll(async () => void (maker = await AndroidMaker.create()));

type Attested = Awaited<ReturnType<AndroidMaker['attest']>>;
const speak = (changes: Partial<Spoken> = {}): Spoken => ({ challenge: CHALLENGE, ...changes });

async function claimOf({ chain, keys }: Attested, changes: Partial<AndroidKeyClaim> = {}): Promise<AndroidKeyClaim> {
  const { kty, crv, x, y } = await webcrypto.subtle.exportKey('jwk', keys.publicKey);
  return {
    chain,
    challenge: CHALLENGE,
    public_key: publicKeySchema.parse({ kty, crv, x, y }),
    apps: { packages: [PACKAGE], signing_digests: [SIGNING_DIGEST] },
    trust: { roots: [new X509Certificate(maker.rootPem)], revoked: new Set() },
    at: AT,
    ...changes,
  };
}

/** The word for why it is refused; `holds` when it is not. */
async function refusal(attested: Attested, changes: Partial<AndroidKeyClaim> = {}): Promise<unknown> {
  const claim = await claimOf(attested, changes);
  try {
    verifyAndroidKey(claim);
    return 'holds';
  } catch (error) {
    return (error as { facts?: { reason?: string } }).facts?.reason ?? error;
  }
}

describe('an Android key attestation', () => {
  it.each([
    [SecurityLevel.trustedEnvironment, 'trusted_environment'],
    [SecurityLevel.strongBox, 'strong_box'],
  ])('of hardware of level %s holds', async (attestation_level, security_level) => {
    const claim = await claimOf(await maker.attest(speak({ attestation_level })));
    expect(verifyAndroidKey(claim)).toEqual({ package: PACKAGE, security_level, os_patch_level: 202_610 });
  });

  it.each<[string, Partial<Spoken>, string]>([
    ['for another challenge', { challenge: OTHER }, 'challenge_mismatch'],
    ['for the start of the challenge only', { challenge: CHALLENGE.subarray(0, 31) }, 'challenge_mismatch'],
    ['made in software', { attestation_level: SecurityLevel.software }, 'software_key'],
    ['for a key kept in software', { key_level: SecurityLevel.software }, 'software_key'],
    ['for a key that was imported', { origin: 2 }, 'software_key'],
    ['for a key that other apps may use', { all_applications: true }, 'software_key'],
    ['for a key that decrypts too', { purpose: [1, 2] }, 'software_key'],
    ['of an unlocked device', { locked: false }, 'device_modified'],
    ['of a system the owner signed', { boot: VerifiedBootState.selfSigned }, 'device_modified'],
    ['that is silent about the boot', { root_of_trust: false }, 'device_modified'],
    ['of another app', { packages: ['org.example.other'] }, 'app_mismatch'],
    ['of our app beside another with the same owner', { packages: [PACKAGE, 'org.example.other'] }, 'app_mismatch'],
    ['of our app signed by somebody else', { digests: ['ab'.repeat(32)] }, 'app_mismatch'],
    ['of no app', { packages: [], digests: [] }, 'app_mismatch'],
  ])('%s is refused', async (_what, changes, reason) => {
    expect(await refusal(await maker.attest(speak(changes)))).toBe(reason);
  });

  it('is refused for a key other than the attested one', async () => {
    const [one, other] = [await maker.attest(speak()), await maker.attest(speak())];
    expect(await refusal({ chain: one.chain, keys: other.keys })).toBe('key_mismatch');
  });

  it('is refused from a counterfeit chain, and by the roots of Google when a test root made it', async () => {
    const attested = await maker.attest(speak());
    const counterfeit = await (await AndroidMaker.create()).attest(speak());
    expect(await refusal(counterfeit)).toBe('chain_untrusted');
    const [own] = counterfeit.chain;
    const [, ...genuine] = attested.chain;
    expect(await refusal({ chain: [own!, ...genuine], keys: counterfeit.keys })).toBe('chain_untrusted');
    const roots = SettingsService.getRootCertificates({ identifier: 'android-key' }).map((pem) => new X509Certificate(pem.trim())); // prettier-ignore
    expect(roots).toHaveLength(4);
    expect(await refusal(attested, { trust: { roots, revoked: new Set() } })).toBe('chain_untrusted');
  });

  it('is refused when a genuine hardware key issued the certificate itself', async () => {
    expect(await refusal(await maker.attestBehind(speak({ challenge: OTHER }), speak()))).toBe('chain_untrusted');
    expect(await refusal(await maker.attestTwice(speak()))).toBe('malformed');
  });

  it('is refused one moment after a certificate has ended, and not at its end', async () => {
    const until = new Date(AT);
    const attested = await maker.attest(speak(), { until });
    expect(await refusal(attested, { at: AT })).toBe('holds');
    expect(await refusal(attested, { at: AT + 1_000 })).toBe('certificate_expired');
  });

  it('is refused when Google has taken a certificate of the chain back', async () => {
    const roots = [new X509Certificate(maker.rootPem)];
    const revoked = new Set([serialKey(maker.intermediateSerial)]);
    expect(await refusal(await maker.attest(speak()), { trust: { roots, revoked } })).toBe('certificate_revoked');
  });

  it('is refused when it is no chain, or has no description', async () => {
    const { chain, keys } = await maker.attest(speak());
    expect(await refusal({ chain: [Buffer.from('no certificate'), ...chain.slice(1)], keys })).toBe('malformed');
    expect(await refusal({ chain: chain.slice(1), keys })).toBe('malformed');
    expect(await refusal({ chain: [], keys })).toBe('chain_untrusted');
  });
});

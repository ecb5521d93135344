import { timingSafeEqual, type X509Certificate } from 'node:crypto';
import {
  AttestationApplicationId,
  id_ce_keyDescription,
  NonStandardKeyDescription,
  SecurityLevel,
  VerifiedBootState,
} from '@peculiar/asn1-android';
import { AsnConvert, type OctetString } from '@peculiar/asn1-schema';
import * as x509 from '@peculiar/x509';
import type { DevicePublicKey } from '@groundtruth/sdk/protocol';
import type { Instant } from '../../kernel/clock.js';
import { verifyAndroidChain, type AndroidTrust } from './android-chain.js';
import { attestationRefused } from './attestation-refused.js';

export interface AndroidApps {
  /** Package names that are believed. */
  readonly packages: readonly string[];
  /** SHA-256 of the certificates they are signed with, lower-case hex. */
  readonly signing_digests: readonly string[];
}

export interface AndroidKeyClaim {
  /** DER, the key's own certificate first. */
  readonly chain: readonly Uint8Array[];
  /** The 32 bytes the server issued. */
  readonly challenge: Uint8Array;
  readonly public_key: DevicePublicKey;
  readonly apps: AndroidApps;
  readonly trust: AndroidTrust;
  readonly at: Instant;
}

export interface AndroidKeyFacts {
  readonly package: string;
  readonly security_level: 'trusted_environment' | 'strong_box';
  /** `YYYYMM` of the system's last security patch; null when the device does not say. */
  readonly os_patch_level: number | null;
}

/** KeyMint's `KeyOrigin`: made inside the secure hardware. */
const GENERATED = 0;
/** KeyMint's `KeyPurpose`: signing. */
const SIGN = 2;

/**
 * Verifies an Android Keystore attestation: the chain, then what the key's certificate says (Android's `KeyDescription`). The enrolled
 * key must be the attested one, made and kept in secure hardware, by a configured app, on a locked device that booted the vendor's system. Pure.
 * @throws {DomainError} `attestation_refused`.
 */
export function verifyAndroidKey(claim: AndroidKeyClaim): AndroidKeyFacts {
  const [own, ...issuers] = verifyAndroidChain(claim.chain, claim.trust, claim.at);
  const description = descriptionOf(own!, issuers);
  if (!isSame(description.attestationChallenge, claim.challenge))
    throw attestationRefused('challenge_mismatch', 'the key was made for another challenge');
  if (!isKey(own!, claim.public_key))
    throw attestationRefused('key_mismatch', 'the attested key is not the one being enrolled');
  const security_level = securityLevel(description);
  checkDevice(description);
  const os_patch_level = description.teeEnforced.findProperty('osPatchLevel') ?? null;
  return { package: packageOf(description, claim.apps), security_level, os_patch_level };
}

function descriptionOf(own: X509Certificate, issuers: readonly X509Certificate[]): NonStandardKeyDescription {
  const extensions = [own, ...issuers].map((each) => new x509.X509Certificate(each.raw).getExtension(id_ce_keyDescription)); // prettier-ignore
  // One that stands nearer to the root speaks for another key, and this certificate was issued by that key.
  if (!extensions[0] || extensions.slice(1).some((extension) => extension !== null))
    throw attestationRefused('malformed', 'the description of the key is not in its own certificate alone');
  try {
    return AsnConvert.parse(extensions[0].value, NonStandardKeyDescription);
  } catch (cause) {
    throw attestationRefused('malformed', 'the description of the key cannot be read', cause);
  }
}

/** What secure hardware itself enforces; what only the system claims counts for nothing here. */
function securityLevel(description: NonStandardKeyDescription): AndroidKeyFacts['security_level'] {
  const { attestationSecurityLevel, keymasterSecurityLevel, teeEnforced, softwareEnforced } = description;
  if (attestationSecurityLevel === SecurityLevel.software || keymasterSecurityLevel === SecurityLevel.software)
    throw attestationRefused('software_key', 'the key or its attestation is made in software');
  const isMadeInside = teeEnforced.findProperty('origin') === GENERATED;
  const mayOnlySign = [...(teeEnforced.findProperty('purpose') ?? [])].join() === String(SIGN);
  // Present is null, absent is undefined: ASN.1 NULL.
  const isOpen = [teeEnforced, softwareEnforced].some((list) => list.findProperty('allApplications') !== undefined);
  if (!isMadeInside || !mayOnlySign || isOpen)
    throw attestationRefused('software_key', 'the key was imported, is open to other apps, or does more than sign');
  return attestationSecurityLevel === SecurityLevel.strongBox ? 'strong_box' : 'trusted_environment';
}

function checkDevice({ teeEnforced }: NonStandardKeyDescription): void {
  const root = teeEnforced.findProperty('rootOfTrust');
  if (!root?.deviceLocked || root.verifiedBootState !== VerifiedBootState.verified)
    throw attestationRefused('device_modified', 'the device is unlocked, or booted a system that is not the vendor’s');
}

/** The system names the app; that is why the system must be the vendor's. Every package that shares the key's owner must be ours. */
function packageOf({ softwareEnforced }: NonStandardKeyDescription, apps: AndroidApps): string {
  const encoded = softwareEnforced.findProperty('attestationApplicationId');
  const application = encoded ? parseApplication(encoded) : null;
  const packages = (application?.packageInfos ?? []).map(({ packageName }) => bytesOf(packageName).toString());
  const digests = (application?.signatureDigests ?? []).map((digest) => bytesOf(digest).toString('hex'));
  const known = packages.length > 0 && packages.every((name) => apps.packages.includes(name));
  const signed = digests.length > 0 && digests.every((digest) => apps.signing_digests.includes(digest));
  if (!known || !signed) throw attestationRefused('app_mismatch', 'the attested app is none of those configured here');
  return packages[0]!;
}

function parseApplication(encoded: OctetString): AttestationApplicationId {
  try {
    return AsnConvert.parse(bytesOf(encoded), AttestationApplicationId);
  } catch (cause) {
    throw attestationRefused('malformed', 'the app of the key cannot be read', cause);
  }
}

function isKey(certificate: X509Certificate, { x, y }: DevicePublicKey): boolean {
  const { kty, crv, x: ownX, y: ownY } = certificate.publicKey.export({ format: 'jwk' });
  return kty === 'EC' && crv === 'P-256' && ownX === x && ownY === y;
}

/** The schema library answers some octet strings as their bytes, whatever its types say. */
function bytesOf(octets: OctetString | ArrayBuffer): Buffer {
  return Buffer.from('buffer' in octets ? octets.buffer : octets);
}

function isSame(one: OctetString, other: Uint8Array): boolean {
  const bytes = bytesOf(one);
  return bytes.length === other.length && timingSafeEqual(bytes, other);
}

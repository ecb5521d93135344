import { X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { SettingsService } from '@simplewebauthn/server';
import { z } from 'zod';
import { fromBase64Url, type AttestationOf } from '@groundtruth/sdk/protocol';
import type { Instant } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/problem.js';
import { serialKey, type AndroidTrust } from './android-chain.js';
import { verifyAndroidKey, type AndroidApps } from './android-key.js';
import { attestationUnavailable } from './attestation-refused.js';
import { certificatesOf } from './certificates.js';
import { DeviceAttestor, type AttestationClaim, type AttestationFacts } from './device-attestor.js';

export interface AndroidSettings extends AndroidApps {
  /** Google's status list as JSON (`{ "entries": { serial: … } }`): without it leaked keys would be believed. */
  readonly status_file: string | undefined;
  /** PEM of roots believed besides Google's built-in ones. */
  readonly roots_file: string | undefined;
}

/** Oldest status list that is believed, in milliseconds: Google lets it be cached for days, leaked keys are used within weeks. */
export const STATUS_AGE_MS_MAX = 7 * 86_400_000;

const statusSchema = z.object({ entries: z.record(z.string(), z.unknown()) });

/** Android Keystore: Google vouches for the hardware that made the enrolled key, and for the system that names the app. */
export class AndroidKeyAttestor extends DeviceAttestor<'android_key'> {
  readonly format = 'android_key';

  constructor(private readonly settings: AndroidSettings) {
    super();
  }

  async attest(statement: AttestationOf<'android_key'>, claim: AttestationClaim): Promise<AttestationFacts> {
    const trust = await this.trust(claim.at);
    const proved = verifyAndroidKey({
      chain: statement.certificate_chain.map((der) => Buffer.from(der, 'base64')),
      challenge: fromBase64Url(statement.challenge),
      public_key: claim.public_key,
      apps: this.settings,
      trust,
      at: claim.at,
    });
    return { format: this.format, ...proved };
  }

  private async trust(at: Instant): Promise<AndroidTrust> {
    const { status_file, roots_file, packages, signing_digests } = this.settings;
    if (!status_file || packages.length === 0 || signing_digests.length === 0)
      throw attestationUnavailable('no app is configured for Android key attestation');
    const revoked = await readStatus(status_file, at);
    const builtIn = SettingsService.getRootCertificates({ identifier: 'android-key' });
    const more = roots_file ? certificatesOf(await readFile(roots_file, 'utf8')) : [];
    return { revoked, roots: [...builtIn.map((pem) => new X509Certificate(pem.trim())), ...more] };
  }
}

/** The serial numbers on the status list, whatever their status. An outage, not a refusal, when the list is missing, broken or old. */
async function readStatus(file: string, at: Instant): Promise<ReadonlySet<string>> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(file, 'utf8'), stat(file)]);
    if (at - mtimeMs > STATUS_AGE_MS_MAX) throw new Error('the status list is older than 7 days');
    return new Set(Object.keys(statusSchema.parse(JSON.parse(text)).entries).map(serialKey));
  } catch (cause) {
    throw new DomainError(
      'dependency_unavailable',
      'the status list of Android keys cannot be used now',
      {},
      { cause },
    );
  }
}

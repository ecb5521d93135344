import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Mode } from '@groundtruth/sdk/protocol';
import type { VerifierConfig } from './config.js';

/** Roots that signers of C2PA manifests are trusted by, PEM; empty text for none. Our own are kept apart from those of others. */
export interface Trust {
  readonly platform: Readonly<Record<Mode, string>>;
  readonly third_party: string;
}

export const NO_TRUST: Trust = { platform: { test: '', live: '' }, third_party: '' };

/** The official lists hold some fifty certificates. A list longer than this, in characters, is no list of roots. */
const LIST_CHARACTERS_MAX = 2_000_000;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/**
 * Reads the trust anchors once, at start. A refreshed list is read by the next start.
 * @throws {Error} naming the file or variable that cannot be read or holds no certificate.
 */
export async function readTrust(
  config: Pick<VerifierConfig, 'DEVICE_ROOT_TEST' | 'DEVICE_ROOT_LIVE' | 'C2PA_TRUST_FILES'>,
): Promise<Trust> {
  const { DEVICE_ROOT_TEST, DEVICE_ROOT_LIVE, C2PA_TRUST_FILES } = config;
  const lists = await Promise.all(C2PA_TRUST_FILES.map(async (file) => certificatesIn(await textOf(file), file)));
  return {
    platform: {
      test: DEVICE_ROOT_TEST && certificatesIn(DEVICE_ROOT_TEST, 'DEVICE_ROOT_TEST'),
      live: DEVICE_ROOT_LIVE && certificatesIn(DEVICE_ROOT_LIVE, 'DEVICE_ROOT_LIVE'),
    },
    third_party: lists.join('\n'),
  };
}

/** The certificates of a PEM text and nothing else of it: published lists carry comments. */
function certificatesIn(text: string, source: string): string {
  if (text.length > LIST_CHARACTERS_MAX) throw new Error(`${source} is longer than any list of roots`);
  const certificates = text.match(CERTIFICATE) ?? [];
  if (certificates.length === 0) throw new Error(`${source} holds no certificate in PEM`);
  for (const certificate of certificates) refuseUnlessCertificate(certificate, source);
  return certificates.join('\n');
}

function refuseUnlessCertificate(pem: string, source: string): void {
  try {
    new X509Certificate(pem);
  } catch (cause) {
    throw new Error(`${source} holds a certificate that cannot be read`, { cause });
  }
}

function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Error(`the trust list ${file} cannot be read`, { cause });
  });
}

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as c2pa from '@contentauth/c2pa-wasm';
import { DeviceKey } from '@groundtruth/sdk/contributor';
import { withReadableBlob } from '../../sdk/src/contributor/c2pa-blob.js';
import { certificateOf, coseSign1 } from '../../sdk/src/contributor/c2pa-cose.js';
import { CertificateAuthority } from '../../src/identity/index.js';

const packages = createRequire(join(process.cwd(), 'index.js'));
const DAY_MS = 86_400_000;
const SIGNATURE_BYTES = 4_096;
export const IPTC = 'http://cv.iptc.org/newscodes/digitalsourcetype/';

/** The C2PA library, loaded: for signing in tests, where the product uses it in the decoder and in contributors' clients. */
export function loadedC2pa(): typeof c2pa {
  c2pa.initSync({ module: readFileSync(packages.resolve('@contentauth/c2pa-wasm/c2pa.wasm')) });
  return c2pa;
}

/** A certificate authority of nobody we know. */
export async function newAuthority(name: string, now = Date.now()): Promise<CertificateAuthority> {
  const { rootPem, keyPkcs8 } = await CertificateAuthority.create(name, now - 30 * DAY_MS, now + 30 * DAY_MS);
  return CertificateAuthority.open(rootPem, keyPkcs8);
}

export interface TestSigner {
  readonly id: string;
  readonly key: DeviceKey;
  readonly certificate_pem: string;
}

/** A key with a certificate of the authority, valid an hour either way when not said. */
export async function newSigner(
  authority: CertificateAuthority,
  { from = Date.now() - 3_600_000, until = Date.now() + 3_600_000 } = {},
): Promise<TestSigner> {
  const key = await DeviceKey.generate();
  const id = `dev_${'0'.repeat(31)}1`;
  return { id, key, certificate_pem: await authority.issue(key.publicKey, id, from, until) };
}

export interface Signing {
  readonly media_type?: string;
  /** The last word of the IPTC term; `digitalCapture` when left out. */
  readonly source_type?: string;
  readonly assertions?: readonly { readonly label: string; readonly data: unknown }[];
  /** The manifest is not put into the file, which only says that it is there. */
  readonly remote_url?: string;
}

/** Signs as a camera of somebody else would: no assertion of ours unless given. */
export async function signFile(bytes: Uint8Array, signer: TestSigner, signing: Signing = {}): Promise<Buffer> {
  const { media_type = 'image/jpeg', source_type = 'digitalCapture', assertions = [], remote_url } = signing;
  const actions = [{ action: 'c2pa.created', digitalSourceType: `${IPTC}${source_type}` }];
  const definition = {
    claim_generator_info: [{ name: 'test camera' }],
    assertions: [{ label: 'c2pa.actions', data: { actions } }, ...assertions],
  };
  const settings = { builder: { thumbnail: { enabled: false } }, verify: { verify_after_sign: false } };
  const builder = loadedC2pa().WasmBuilder.fromJson(JSON.stringify(definition), JSON.stringify(settings));
  if (remote_url !== undefined) {
    builder.setRemoteUrl(remote_url);
    builder.setNoEmbed(true);
  }
  const certificate = certificateOf(signer.certificate_pem);
  const sign = async (claim: Uint8Array) =>
    Uint8Array.from(await coseSign1(claim, signer.key, certificate, SIGNATURE_BYTES));
  const definer = { alg: 'es256', reserveSize: SIGNATURE_BYTES, sign };
  try {
    const signed = await withReadableBlob(bytes, media_type, (blob) => builder.sign(definer, [], media_type, blob));
    return Buffer.from(signed);
  } finally {
    builder.free();
  }
}

/** The same file with one byte changed: the first of `text` in it. */
export function withChanged(bytes: Buffer, text: string): Buffer {
  const at = bytes.indexOf(text);
  if (at < 0) throw new Error(`${text} is not in the file`);
  const changed = Buffer.from(bytes);
  changed[at + text.length - 1]! ^= 1;
  return changed;
}

import { fromBase64Url } from '../protocol/index.js';
import { cborEncode, cborTagged } from './c2pa-cbor.js';
import type { DeviceKey } from './device-key.js';

/** COSE header parameters and the algorithm (RFC 9052, RFC 9360). */
const ALG = 1;
const X5CHAIN = 33;
const ES256 = -7;
const COSE_SIGN1 = 18;
/** From here to 65,535 bytes the length of the padding takes two bytes, so that adding a byte of padding adds a byte. */
const PADDING_MIN = 256;
const PADDING_MAX = 65_535;

/**
 * A COSE_Sign1 over a claim that is not in it (detached), with the certificate it is checked by, of exactly `size` bytes: a manifest
 * leaves room for its signature before there is one.
 *
 * @example
 * const signature = await coseSign1(bytes, device.key, certificateOf(device.certificate_pem), 4_096);
 * @throws {RangeError} when certificate and signature do not fit.
 */
export async function coseSign1(
  claim: Uint8Array,
  key: DeviceKey,
  certificate: Uint8Array,
  size: number,
): Promise<Uint8Array> {
  const header = cborEncode(new Map<number, number | Uint8Array>([[ALG, ES256], [X5CHAIN, certificate]])); // prettier-ignore
  const signature = fromBase64Url(await key.sign(cborEncode(['Signature1', header, new Uint8Array(), claim])));
  const padded = (padding: number): Uint8Array =>
    cborTagged(COSE_SIGN1, [header, new Map([['pad', new Uint8Array(padding)]]), null, signature]);
  const padding = size - padded(PADDING_MIN).length + PADDING_MIN;
  if (padding < PADDING_MIN || padding > PADDING_MAX)
    throw new RangeError(`a signature does not fit into ${size} bytes`);
  return padded(padding);
}

/**
 * The first certificate of a PEM text, DER.
 *
 * @example
 * const der = certificateOf(device.certificate_pem);
 * @throws {RangeError} when there is none.
 */
export function certificateOf(pem: string): Uint8Array {
  const base64 = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/.exec(pem)?.[1];
  if (base64 === undefined) throw new RangeError('expected a certificate in PEM');
  return Uint8Array.from(atob(base64.replace(/\s+/g, '')), (character) => character.charCodeAt(0));
}

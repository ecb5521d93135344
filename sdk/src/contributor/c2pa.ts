import {
  CAPTURE_ASSERTION_LABEL,
  captureAssertionSchema,
  MANIFEST_STORE_UUID,
  type CaptureAssertion,
  type Device,
  type Reservation,
} from '../protocol/index.js';
import { withReadableBlob } from './c2pa-blob.js';
import { certificateOf, coseSign1 } from './c2pa-cose.js';
import type { Shot, SigningDevice } from './sealing.js';

/** The part of `@contentauth/c2pa-wasm` that signing uses. Give the module itself, once its default export has loaded the WebAssembly. */
export interface C2paModule {
  readonly WasmBuilder: {
    fromJson(definition: string, settings: string): C2paBuilder;
  };
}

interface C2paBuilder {
  sign(signer: C2paSigner, identities: readonly never[], format: string, source: Blob): Promise<Uint8Array>;
  free(): void;
}

interface C2paSigner {
  readonly sign: (claim: Uint8Array<ArrayBuffer>) => Promise<Uint8Array<ArrayBuffer>>;
  readonly reserveSize: number;
  readonly alg: string;
}

/** A device with a certificate that is still valid. What `devices.enrol` answers is one; enrol the same key again to renew it. */
export type CertifiedDevice = SigningDevice & Pick<Device, 'certificate_pem'>;

export interface C2paShot extends Shot {
  /** Readings at the moment of capture, by name with the unit in it. Recorded in the file, not judged. */
  readonly sensors?: CaptureAssertion['sensors'];
}

/** Room for one certificate of ours (some 600 bytes), the signature and their frame. */
const SIGNATURE_BYTES = 4_096;
const SOURCE_TYPE = 'http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture';
/** No thumbnail: it would show what a derivative hides. Nothing is fetched from anywhere. */
const SETTINGS = JSON.stringify({
  builder: { thumbnail: { enabled: false } },
  verify: { verify_after_sign: false, remote_manifest_fetch: false, ocsp_fetch: false },
});

/**
 * Writes a C2PA manifest into a photo: that it was captured by a camera, for this reservation, where and when, signed by the device with
 * its certificate. To be called before `sealCapture`, which seals the bytes as they are then. It shows that nothing changed since, to
 * anyone who trusts the exchange's root; it raises no tier, and place and time are still only what the device says.
 *
 * The file then names the exact place: whoever is given the original is given that too. Takes 10 to 300 ms and needs no network.
 *
 * @example
 * import * as c2pa from '@contentauth/c2pa-wasm'; // 0.13.3, an optional peer that nobody who does not sign needs
 * const wasm = await readFile('node_modules/@contentauth/c2pa-wasm/pkg/c2pa_bg.wasm');
 * await c2pa.default({ module_or_path: wasm }); // in a browser without an argument
 * const signed = await signWithC2pa(c2pa, reservation, shot, device);
 * const sealed = await sealCapture(reservation, signed, device);
 * @returns The shot with the signed bytes, some 5 KB more.
 * @throws {RangeError} when the photo already carries a manifest, which signing would replace: hand it in as it is; and for bytes that are no
 * picture of the media type.
 * @throws {ZodError} for a place, time or sensors that cannot be stated.
 */
export async function signWithC2pa(
  c2pa: C2paModule,
  reservation: Pick<Reservation, 'id' | 'bounty_id' | 'challenge'>,
  { sensors, ...shot }: C2paShot,
  device: CertifiedDevice,
): Promise<Shot> {
  const { bytes, media_type, place, captured_at } = shot;
  if (carriesManifest(bytes)) throw new RangeError('the photo carries a manifest already, which signing would replace');
  const assertion = captureAssertionSchema.parse({
    bounty_id: reservation.bounty_id,
    reservation_id: reservation.id,
    nonce: reservation.challenge.nonce,
    ...place,
    captured_at,
    ...(sensors && { sensors }),
  });
  const certificate = certificateOf(device.certificate_pem);
  const signer: C2paSigner = {
    alg: 'es256',
    reserveSize: SIGNATURE_BYTES,
    sign: async (claim) => Uint8Array.from(await coseSign1(claim, device.key, certificate, SIGNATURE_BYTES)),
  };
  const builder = c2pa.WasmBuilder.fromJson(JSON.stringify(definitionOf(assertion)), SETTINGS);
  try {
    const signed = await withReadableBlob(bytes, media_type, (blob) => builder.sign(signer, [], media_type, blob));
    return { ...shot, bytes: signed };
  } catch (cause) {
    // The library rejects with a text.
    throw cause instanceof Error ? cause : new RangeError(`the photo cannot be signed: ${String(cause)}`, { cause });
  } finally {
    builder.free();
  }
}

/**
 * Whether a file carries a C2PA manifest, whoever signed it and whatever it is worth.
 *
 * @example
 * carriesManifest(bytes); // → false
 */
export function carriesManifest(bytes: Uint8Array): boolean {
  const [first = 0] = MANIFEST_STORE_UUID;
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1))
    if (MANIFEST_STORE_UUID.every((byte, offset) => bytes[at + offset] === byte)) return true;
  return false;
}

function definitionOf(assertion: CaptureAssertion): object {
  return {
    claim_generator_info: [{ name: 'groundtruth-sdk' }],
    assertions: [
      { label: 'c2pa.actions', data: { actions: [{ action: 'c2pa.created', digitalSourceType: SOURCE_TYPE }] } },
      { label: CAPTURE_ASSERTION_LABEL, data: assertion },
    ],
  };
}

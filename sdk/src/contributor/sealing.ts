import {
  manifestBytes,
  manifestSchema,
  sealOf,
  sha256,
  toHex,
  type Finding,
  type Manifest,
  type Reservation,
  type SealedManifest,
} from '../protocol/index.js';
import type { DeviceKey } from './device-key.js';

/** A device the server knows, and the key it signs with. What `devices.enrol` answers is one. */
export interface SigningDevice {
  readonly id: string;
  readonly key: DeviceKey;
}

/** What a device knows when the shutter closes. */
export interface Shot {
  /** The file as it is; nothing is taken out or added. At most 25 MiB. */
  readonly bytes: Uint8Array;
  readonly media_type: Manifest['media']['media_type'];
  /** Degrees, WGS 84, and the radius the receiver claims, in metres. */
  readonly place: Manifest['place'];
  /** The device's clock, RFC 3339 with a zone. Shown, never trusted. */
  readonly captured_at: string;
  /** What is declared: that what was asked for is there, or that it is not. `present` when left out. */
  readonly finding?: Finding | undefined;
}

/**
 * A sealed capture: plain JSON, to be kept until there is a network. The bytes are kept beside it, unchanged; their hash is in the
 * manifest.
 */
export interface SealedCapture {
  readonly reservation_id: string;
  readonly sealed: SealedManifest;
  /** What `POST /v1/seals` registers: 64 hex digits that tell nobody anything. */
  readonly seal: string;
}

/**
 * Seals a shot: hashes the bytes, binds them to the reservation's challenge, the place and the time, and signs. Needs no network.
 * Register the seal as soon as there is one: it ends the interval in which the capture was provably made.
 *
 * @example
 * const sealed = await sealCapture(reservation, shot, device);
 * await store.put(sealed.seal, { sealed, bytes: shot.bytes });
 * @param device Null leaves the manifest unsigned, which only bounties below tier `signed` take.
 * @throws {ZodError} for a manifest that the server would refuse: no bytes, a media type that is not taken, a place off the earth.
 */
export async function sealCapture(
  reservation: Pick<Reservation, 'id' | 'bounty_id' | 'challenge'>,
  { bytes, media_type, place, captured_at, finding = 'present' }: Shot,
  device: SigningDevice | null,
): Promise<SealedCapture> {
  const manifest = manifestSchema.parse({
    v: 1,
    bounty_id: reservation.bounty_id,
    reservation_id: reservation.id,
    challenge_nonce: reservation.challenge.nonce,
    device_id: device?.id ?? null,
    media: { sha256: toHex(sha256(bytes)), media_type, bytes: bytes.length },
    place,
    captured_at,
    finding,
  });
  const sealed = { manifest, signature: device && (await device.key.sign(manifestBytes(manifest))) };
  return { reservation_id: reservation.id, sealed, seal: sealOf(sealed) };
}

import {
  deviceProofText,
  fromBase64Url,
  publicKeySchema,
  toBase64Url,
  utf8,
  type DevicePublicKey,
} from '../protocol/index.js';

const P256 = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const ES256 = { name: 'ECDSA', hash: 'SHA-256' } as const;

/**
 * The signing key of a device: P-256, in the platform's own key store. Unless it is made exportable nobody can read the private
 * half, this program included; a browser keeps such a key in IndexedDB. It signs as ES256 with a raw `r‖s` signature.
 */
export class DeviceKey {
  private constructor(
    private readonly privateKey: CryptoKey,
    /** What is enrolled. */
    readonly publicKey: DevicePublicKey,
  ) {}

  /**
   * Makes a new key.
   *
   * @example
   * const key = await DeviceKey.generate();
   * @param options `exportable: true` lets `toJwk` give the private key away; only for where nothing else can keep it.
   */
  static async generate({ exportable = false }: { readonly exportable?: boolean } = {}): Promise<DeviceKey> {
    const pair = await crypto.subtle.generateKey(P256, exportable, ['sign', 'verify']);
    return DeviceKey.fromPair(pair);
  }

  /**
   * Takes up a pair that the platform kept, e.g. in IndexedDB.
   *
   * @example
   * const key = await DeviceKey.fromPair(await store.get<CryptoKeyPair>('device-key'));
   */
  static async fromPair({ privateKey, publicKey }: CryptoKeyPair): Promise<DeviceKey> {
    return new DeviceKey(privateKey, publicPart(await crypto.subtle.exportKey('jwk', publicKey)));
  }

  /**
   * Takes up a key that `toJwk` gave.
   *
   * @example
   * await writeFile('device-key.json', JSON.stringify(await key.toJwk()), { mode: 0o600 });
   * const again = await DeviceKey.fromJwk(JSON.parse(await readFile('device-key.json', 'utf8')));
   * @param options `exportable: true` when it is to be written out again.
   * @throws {DOMException | ZodError} unless it is a private key on P-256.
   */
  static async fromJwk(
    jwk: JsonWebKey,
    { exportable = false }: { readonly exportable?: boolean } = {},
  ): Promise<DeviceKey> {
    return new DeviceKey(await crypto.subtle.importKey('jwk', jwk, P256, exportable, ['sign']), publicPart(jwk));
  }

  /**
   * The private key as JWK. Whoever reads it is this device.
   *
   * @example
   * await writeFile('device-key.json', JSON.stringify(await key.toJwk()), { mode: 0o600 });
   * @throws {DOMException} `InvalidAccessError` unless the key was made exportable.
   */
  toJwk(): Promise<JsonWebKey> {
    return crypto.subtle.exportKey('jwk', this.privateKey);
  }

  /**
   * Signs bytes. Two signatures of the same bytes differ.
   *
   * @example
   * const signature = await key.sign(manifestBytes(sealed.sealed.manifest));
   * @returns 86 characters of base64url.
   */
  async sign(bytes: Uint8Array): Promise<string> {
    return toBase64Url(new Uint8Array(await crypto.subtle.sign(ES256, this.privateKey, new Uint8Array(bytes))));
  }

  /** What proves to the server that the enroller holds the private key. */
  proofFor(contributorId: string): Promise<string> {
    return this.sign(utf8(deviceProofText(contributorId)));
  }
}

/**
 * Whether `signature` is of these bytes by this key: what the server asks of a sealed manifest.
 *
 * @example
 * await isSignedBy(device.key.publicKey, manifestBytes(sealed.sealed.manifest), sealed.sealed.signature!); // → true
 */
export async function isSignedBy(key: DevicePublicKey, bytes: Uint8Array, signature: string): Promise<boolean> {
  const imported = await crypto.subtle.importKey('jwk', { ...key }, P256, true, ['verify']);
  return crypto.subtle.verify(ES256, imported, new Uint8Array(fromBase64Url(signature)), new Uint8Array(bytes));
}

function publicPart({ kty, crv, x, y }: JsonWebKey): DevicePublicKey {
  return publicKeySchema.parse({ kty, crv, x, y });
}

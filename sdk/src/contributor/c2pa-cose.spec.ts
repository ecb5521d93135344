import { fromHex, toHex } from '../protocol/index.js';
import { cborEncode, cborTagged, type Cbor } from './c2pa-cbor.js';
import { certificateOf, coseSign1 } from './c2pa-cose.js';
import { DeviceKey } from './device-key.js';

const CERTIFICATE = Uint8Array.from({ length: 600 }, (_, i) => i & 0xff);
const pem = (bytes: Uint8Array) =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(bytes).toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----`;

describe('CBOR', () => {
  it.each<[Cbor, string]>([
    [0, '00'],
    [23, '17'],
    [24, '1818'],
    [255, '18ff'],
    [256, '190100'],
    [65_535, '19ffff'],
    [65_536, '1a00010000'],
    [4_294_967_295, '1affffffff'],
    [-1, '20'],
    [-7, '26'],
    [-100, '3863'],
    [null, 'f6'],
    ['', '60'],
    ['ü', '62c3bc'],
    [fromHex('01020304'), '4401020304'],
    [[1, [2, 3]], '8201820203'],
    [new Map<number | string, Cbor>([[1, 2], ['a', []]]), 'a20102616180'], // prettier-ignore
  ])('of %p is %s, as in RFC 8949', (value, hex) => {
    expect(toHex(cborEncode(value))).toBe(hex);
  });

  it('puts a tag before its value', () => {
    expect(toHex(cborTagged(18, [null]))).toBe('d281f6');
  });

  it.each([0.5, 2 ** 32, Number.NaN])('refuses %p', (value) => {
    expect(() => cborEncode(value)).toThrow(RangeError);
  });
});

describe('a COSE signature', () => {
  it('is exactly as long as was asked for, or does not fit', async () => {
    const key = await DeviceKey.generate();
    for (const size of [CERTIFICATE.length + 350, 4_096, 10_000, 60_000])
      expect(await coseSign1(Uint8Array.of(1), key, CERTIFICATE, size)).toHaveLength(size);
    for (const size of [CERTIFICATE.length, 100_000])
      await expect(coseSign1(Uint8Array.of(1), key, CERTIFICATE, size)).rejects.toThrow(RangeError);
  });

  it('takes its certificate from PEM, the first of several', () => {
    expect(certificateOf(`comment\n${pem(CERTIFICATE)}\n${pem(Uint8Array.of(1))}`)).toEqual(CERTIFICATE);
    for (const text of ['', 'no certificate', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----'])
      expect(() => certificateOf(text)).toThrow(RangeError);
  });
});

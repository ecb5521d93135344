import 'reflect-metadata';
import { createHash, webcrypto } from 'node:crypto';
import {
  AttestationApplicationId,
  AttestationPackageInfo,
  AuthorizationList,
  id_ce_keyDescription,
  IntegerSet,
  KeyDescription,
  RootOfTrust,
  SecurityLevel,
  VerifiedBootState,
} from '@peculiar/asn1-android';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import * as x509 from '@peculiar/x509';

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
x509.cryptoProvider.set(webcrypto as unknown as Crypto);

export const PACKAGE = 'org.example.groundtruth';
export const SIGNING_DIGEST = createHash('sha256').update('the certificate the app is signed with').digest('hex');
const FROM = new Date('2020-01-01T00:00:00Z');
const UNTIL = new Date('2040-01-01T00:00:00Z');

/** What an Android device says about a key; the defaults are those of a genuine one. */
export interface Spoken {
  readonly challenge: Uint8Array;
  readonly attestation_level?: SecurityLevel;
  readonly key_level?: SecurityLevel;
  readonly origin?: number;
  readonly purpose?: readonly number[];
  readonly all_applications?: boolean;
  readonly locked?: boolean;
  readonly boot?: VerifiedBootState;
  /** False: hardware says nothing of how the device booted. */
  readonly root_of_trust?: boolean;
  readonly packages?: readonly string[];
  readonly digests?: readonly string[];
}

interface Holder {
  readonly certificate: x509.X509Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
}

/** A maker of phones, made at test time: its root stands where Google's stands, and its phones attest keys as Android Keystore does. */
export class AndroidMaker {
  private constructor(
    private readonly root: Holder,
    private readonly intermediate: Holder,
  ) {}

  static async create(): Promise<AndroidMaker> {
    const root = await certify('root', null, { ca: true });
    return new AndroidMaker(root, await certify('batch key', root, { ca: true }));
  }

  get rootPem(): string {
    return this.root.certificate.toString('pem');
  }

  get intermediateSerial(): string {
    return this.intermediate.certificate.serialNumber;
  }

  /** A chain for a key the phone made now, DER, the key's own certificate first. */
  async attest(
    spoken: Spoken,
    options: { readonly until?: Date } = {},
  ): Promise<{ chain: Buffer[]; keys: webcrypto.CryptoKeyPair }> {
    const own = await certify('key', this.intermediate, { description: describe(spoken), ...options });
    return { chain: [own, this.intermediate, this.root].map(der), keys: own.keys };
  }

  /** A chain in which a genuine hardware key has issued a certificate of its own for a key in software. */
  async attestBehind(genuine: Spoken, forged: Spoken): Promise<{ chain: Buffer[]; keys: webcrypto.CryptoKeyPair }> {
    const hardware = await certify('key', this.intermediate, { description: describe(genuine) });
    const own = await certify('forged', hardware, { description: describe(forged) });
    return { chain: [own, hardware, this.intermediate, this.root].map(der), keys: own.keys };
  }

  /** The same, where the maker's factory let that key issue certificates: only the second description gives it away. */
  async attestTwice(spoken: Spoken): Promise<{ chain: Buffer[]; keys: webcrypto.CryptoKeyPair }> {
    const issuer = await certify('key', this.intermediate, { description: describe(spoken), ca: true });
    const own = await certify('forged', issuer, { description: describe(spoken) });
    return { chain: [own, issuer, this.intermediate, this.root].map(der), keys: own.keys };
  }
}

const der = ({ certificate }: Holder): Buffer => Buffer.from(certificate.rawData);
let serial = 0x1000;

async function certify(
  name: string,
  issuer: Holder | null,
  {
    ca = false,
    description,
    until = UNTIL,
  }: { readonly ca?: boolean; readonly description?: ArrayBuffer; readonly until?: Date },
): Promise<Holder> {
  const keys = await webcrypto.subtle.generateKey(ECDSA, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: (serial++).toString(16).padStart(8, '0'),
    subject: `CN=${name}`,
    issuer: issuer ? issuer.certificate.subject : `CN=${name}`,
    notBefore: FROM,
    notAfter: until,
    publicKey: keys.publicKey,
    signingKey: (issuer ?? { keys }).keys.privateKey,
    signingAlgorithm: ECDSA,
    extensions: [
      new x509.BasicConstraintsExtension(ca, undefined, true),
      ...(description ? [new x509.Extension(id_ce_keyDescription, false, description)] : []),
    ],
  });
  return { certificate, keys };
}

const octets = (bytes: Uint8Array): OctetString => new OctetString(Buffer.from(bytes));

function describe(spoken: Spoken): ArrayBuffer {
  const {
    attestation_level = SecurityLevel.trustedEnvironment,
    locked = true,
    boot = VerifiedBootState.verified,
  } = spoken;
  const application = new AttestationApplicationId({
    packageInfos: (spoken.packages ?? [PACKAGE]).map(
      (name) => new AttestationPackageInfo({ packageName: octets(Buffer.from(name)), version: 1 }),
    ),
    signatureDigests: (spoken.digests ?? [SIGNING_DIGEST]).map((digest) => octets(Buffer.from(digest, 'hex'))),
  });
  const rootOfTrust = new RootOfTrust({
    verifiedBootKey: octets(Buffer.alloc(32, 1)),
    deviceLocked: locked,
    verifiedBootState: boot,
    verifiedBootHash: octets(Buffer.alloc(32, 2)),
  });
  return AsnConvert.serialize(
    new KeyDescription({
      attestationVersion: 4,
      attestationSecurityLevel: attestation_level,
      keymasterVersion: 41,
      keymasterSecurityLevel: spoken.key_level ?? attestation_level,
      attestationChallenge: octets(spoken.challenge),
      uniqueId: octets(new Uint8Array()),
      softwareEnforced: new AuthorizationList({
        creationDateTime: 1_763_708_400_000,
        attestationApplicationId: new OctetString(AsnConvert.serialize(application)),
      }),
      teeEnforced: new AuthorizationList({
        purpose: new IntegerSet([...(spoken.purpose ?? [2])]),
        algorithm: 3,
        keySize: 256,
        ecCurve: 1,
        noAuthRequired: null,
        origin: spoken.origin ?? 0,
        ...(spoken.all_applications && { allApplications: null }),
        ...((spoken.root_of_trust ?? true) && { rootOfTrust }),
        osVersion: 140_000,
        osPatchLevel: 202_610,
      }),
    }),
  );
}

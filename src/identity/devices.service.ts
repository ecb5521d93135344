import { createHash, createPublicKey, verify } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import {
  canonicalJson,
  deviceProofText,
  toWireTime,
  type DeviceChallenge,
  type DevicePublicKey,
  type Id,
  type Mode,
} from '@groundtruth/sdk/protocol';
import { Clock, seconds, type Instant } from '../kernel/clock.js';
import { deriveId } from '../kernel/ids.js';
import { DomainError } from '../kernel/problem.js';
import { CONFIG, type Config } from '../platform/config/index.js';
import { sql, sqlOne, UnitOfWork, type Command, type Tx } from '../platform/database/index.js';
import type { BodyOf } from '../platform/http/serves.js';
import { DeviceAttestors } from './attestation/device-attestors.js';
import { CertificateAuthorities } from './certificate-authorities.js';
import { DeviceChallenges } from './device-challenges.js';
import type { Principal } from './principal.js';

/** An enrolled device with the certificate that is valid at the moment asked for, if any. */
export interface EnrolledDevice {
  id: Id<'device'>;
  contributor_id: Id<'contributor'>;
  public_key: DevicePublicKey;
  valid_until: Instant | null;
}

@Injectable()
export class DevicesService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly authorities: CertificateAuthorities,
    private readonly attestors: DeviceAttestors,
    private readonly challenges: DeviceChallenges,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** A fresh challenge for an attestation. Refused where no attestation can be checked. */
  challenge(caller: Principal): Promise<DeviceChallenge> {
    this.attestors.requireOne();
    return this.challenges.issue(caller.id);
  }

  /**
   * Enrols a device key of the caller, or renews its certificate: the same key always gets the same device id. With an attestation that
   * holds it counts as attested from the first such moment on; renewing without one takes nothing away.
   */
  async enrol(command: Command, caller: Principal, body: BodyOf<'create_device'>) {
    if (!provesPossession(body, caller.id)) {
      throw new DomainError('seal_invalid', 'the proof is no signature of this key over the text it must sign', {
        param: 'proof',
      });
    }
    const thumbprint = createHash('sha256').update(canonicalJson(body.public_key)).digest('hex');
    const id = deriveId('device', caller.id, thumbprint);
    const from = this.clock.now();
    const { attestation, public_key } = body;
    const until = from + seconds(this.config.CERTIFICATE_TTL_S);
    const prove = async () => ({
      proved: attestation && (await this.attestors.attest(attestation, { public_key, mode: caller.mode, at: from })),
      pem: await this.authorities.of(caller.mode).issue(public_key, id, from, until),
    });
    return this.unitOfWork.onceAfter(command, prove, async (tx, { proved, pem }) => {
      if (attestation) await this.challenges.use(tx, attestation.challenge, caller.id, from);
      const [device] = await sql<{ created_at: Instant; attested_at: Instant | null }>(
        tx,
        `INSERT INTO device AS d (id, mode, contributor_id, public_key, thumbprint, label, created_at, attestation, attested_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (id) DO UPDATE SET label = EXCLUDED.label, attestation = coalesce(EXCLUDED.attestation, d.attestation),
           attested_at = coalesce(d.attested_at, EXCLUDED.attested_at)
         RETURNING created_at, attested_at`,
        [
          id,
          caller.mode,
          caller.id,
          body.public_key,
          thumbprint,
          body.label,
          new Date(from),
          proved ?? null,
          proved ? new Date(from) : null,
        ],
      );
      await sql(
        tx,
        'INSERT INTO device_certificate (device_id, pem, valid_from, valid_until) VALUES ($1, $2, $3, $4)',
        [id, pem, new Date(from), new Date(until)],
      );
      return {
        id,
        contributor_id: caller.id as Id<'contributor'>,
        label: body.label,
        certificate_pem: pem,
        certificate_expires_at: toWireTime(until),
        attested_at: device!.attested_at === null ? null : toWireTime(device!.attested_at),
        created_at: toWireTime(device!.created_at),
      };
    });
  }

  /** A device of this contributor and mode; `valid_until` is null when no certificate of it covers `at`. */
  async device(tx: Tx, id: string, contributorId: string, mode: Mode, at: Instant): Promise<EnrolledDevice | null> {
    return sqlOne<EnrolledDevice>(
      tx,
      `SELECT d.id, d.contributor_id, d.public_key,
              (SELECT max(c.valid_until) FROM device_certificate c WHERE c.device_id = d.id AND c.valid_from <= $4 AND c.valid_until > $4) AS valid_until
         FROM device d WHERE d.id = $1 AND d.contributor_id = $2 AND d.mode = $3`,
      [id, contributorId, mode, new Date(at)],
    );
  }
}

function provesPossession(body: BodyOf<'create_device'>, contributorId: string): boolean {
  return verifyEs256(body.public_key, Buffer.from(deviceProofText(contributorId)), body.proof);
}

/** ES256 (P-256, SHA-256, raw r‖s, base64url). False for a key that is no point of the curve. */
export function verifyEs256(publicKey: DevicePublicKey, message: Uint8Array, signature: string): boolean {
  try {
    const key = createPublicKey({ key: { ...publicKey }, format: 'jwk' });
    return verify('sha256', message, { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
  } catch {
    return false; // The only failure here is a key or signature that cannot be parsed, and that proves nothing.
  }
}

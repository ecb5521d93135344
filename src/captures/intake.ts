import { Injectable } from '@nestjs/common';
import {
  kindOfMedia,
  manifestBytes,
  tierReaches,
  type BountyTerms,
  type Criteria,
  type Mode,
  type SealedManifest,
} from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';
import { DomainError } from '../kernel/problem.js';
import type { ReservationRow } from '../bounties/index.js';
import { DevicesService, verifyEs256 } from '../identity/index.js';
import type { Tx } from '../platform/database/index.js';

/** Refuses at the door what could never be accepted, so that a contributor learns it before uploading. The verifier checks it all again. */
@Injectable()
export class Intake {
  constructor(private readonly devices: DevicesService) {}

  /**
   * Checks a sealed manifest against its reservation, in this order: `seal_invalid` (another bounty, reservation or kind),
   * `challenge_mismatch`, `device_not_enrolled`, `certificate_expired`, `seal_invalid` (signature).
   */
  async admit(
    tx: Tx,
    sealed: SealedManifest,
    reservation: ReservationRow,
    { kind, criteria }: Pick<BountyTerms, 'kind' | 'criteria'>,
    sealedAt: Instant,
  ): Promise<void> {
    const { manifest, signature } = sealed;
    if (manifest.reservation_id !== reservation.id || manifest.bounty_id !== reservation.bounty_id) {
      throw new DomainError('seal_invalid', 'the manifest names another bounty or reservation', {
        param: 'sealed.manifest.reservation_id',
      });
    }
    if (kindOfMedia(manifest.media.media_type) !== kind) {
      throw new DomainError('seal_invalid', `the bounty asks for a ${kind}, and the manifest names other media`, {
        param: 'sealed.manifest.media.media_type',
      });
    }
    if (kind === 'reading' && manifest.finding !== 'present') {
      throw new DomainError('seal_invalid', 'a reading shows a value, never an absence', {
        param: 'sealed.manifest.finding',
      });
    }
    if (manifest.challenge_nonce !== reservation.nonce) {
      throw new DomainError('challenge_mismatch', 'the sealed nonce was issued for something else', {
        param: 'sealed.manifest.challenge_nonce',
      });
    }
    if (manifest.device_id === null) return this.admitUnsigned(signature, criteria);
    await this.admitSigned(tx, sealed, reservation, sealedAt);
  }

  private admitUnsigned(signature: string | null, criteria: Criteria): void {
    if (signature !== null)
      throw new DomainError('seal_invalid', 'a signature needs the device that made it', { param: 'sealed.signature' });
    if (tierReaches(criteria.provenance, 'signed')) {
      throw new DomainError(
        'device_not_enrolled',
        `the bounty asks for provenance ${criteria.provenance}, so an enrolled device must sign`,
        {
          param: 'sealed.manifest.device_id',
        },
      );
    }
  }

  private async admitSigned(
    tx: Tx,
    sealed: SealedManifest,
    reservation: { contributor_id: string; mode: Mode },
    sealedAt: Instant,
  ): Promise<void> {
    const { manifest, signature } = sealed;
    const device = await this.devices.device(
      tx,
      manifest.device_id!,
      reservation.contributor_id,
      reservation.mode,
      sealedAt,
    );
    if (!device)
      throw new DomainError('device_not_enrolled', `${manifest.device_id} is no device of this contributor`, {
        param: 'sealed.manifest.device_id',
      });
    if (device.valid_until === null) {
      throw new DomainError('certificate_expired', `no certificate of ${device.id} covers the moment of the seal`, {
        hint: 'Enrol the same key again to renew it.',
      });
    }
    if (signature === null || !verifyEs256(device.public_key, manifestBytes(manifest), signature)) {
      throw new DomainError('seal_invalid', 'the signature is not of this manifest by this device', {
        param: 'sealed.signature',
      });
    }
  }
}

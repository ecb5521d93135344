import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { sealOf, toWireTime, type Capture } from '@groundtruth/sdk/protocol';
import { Clock, seconds } from '../kernel/clock.js';
import { mintId } from '../kernel/ids.js';
import { DomainError, found } from '../kernel/problem.js';
import {
  BountiesRepository,
  ReservationsRepository,
  termsFromRow,
  termsSubject,
  type BountyRow,
  type ReservationRow,
} from '../bounties/index.js';
import { IdentityRepository, type Principal } from '../identity/index.js';
import { CONFIG, type Config } from '../platform/config/index.js';
import { sql, UnitOfWork, type Command, type Tx } from '../platform/database/index.js';
import type { BodyOf } from '../platform/http/serves.js';
import { Outbox } from '../platform/outbox/index.js';
import { Storage } from '../platform/storage/index.js';
import { PolicyGate } from '../policy/index.js';
import type { CaptureRow } from './capture.entity.js';
import { CapturesRepository } from './captures.repository.js';
import { captureView, showsDerivative, viewerOf } from './capture.view.js';
import { Intake } from './intake.js';
import { Race } from './race/race.js';
import { SealsRepository } from './seals.repository.js';

const SALT_BYTES = 32;

@Injectable()
export class CapturesService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly bounties: BountiesRepository,
    private readonly reservations: ReservationsRepository,
    private readonly captures: CapturesRepository,
    private readonly seals: SealsRepository,
    private readonly intake: Intake,
    private readonly race: Race,
    private readonly identities: IdentityRepository,
    private readonly policy: PolicyGate,
    private readonly storage: Storage,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Registers the hash of a sealed capture: from now on it provably existed. With `late_upload_s` it also keeps the slot for the upload. */
  async registerSeal(command: Command, caller: Principal, body: BodyOf<'create_seal'>) {
    return this.unitOfWork.once(command, async (tx) => {
      const { bounty, reservation } = await this.active(tx, caller, body.reservation_id);
      const row = await this.receiveSeal(tx, bounty, reservation, body.seal);
      return {
        id: row.id,
        reservation_id: row.reservation_id,
        seal: row.seal,
        received_at: toWireTime(row.received_at),
      };
    });
  }

  /** Takes a sealed manifest and answers a signed upload URL for exactly the bytes it names. Announcing the same seal again answers the same capture. */
  async create(command: Command, caller: Principal, body: BodyOf<'create_capture'>) {
    const allow = async () =>
      this.policy.check('capture', await this.unitOfWork.run((tx) => this.policySubject(tx, caller, body)));
    const { replayed, result } = await this.unitOfWork.onceAfter(command, allow, async (tx) => {
      const { bounty, reservation } = await this.active(tx, caller, body.reservation_id);
      const terms = termsFromRow(bounty);
      const seal = await this.receiveSeal(tx, bounty, reservation, sealOf(body.sealed));
      await this.intake.admit(tx, body.sealed, reservation, terms, seal.received_at);
      const announced = await this.captures.bySeal(tx, seal.seal);
      if (announced) return { id: announced.id };
      await this.race.enter(tx, reservation);
      const id = mintId('capture');
      const now = this.clock.now();
      await this.captures.insert(tx, {
        id,
        mode: reservation.mode,
        bounty_id: bounty.id,
        reservation_id: reservation.id,
        contributor_id: reservation.contributor_id,
        sealed: body.sealed,
        seal: seal.seal,
        salt: randomBytes(SALT_BYTES).toString('hex'),
        storage_key: `originals/${id}`,
        t0: reservation.issued_at,
        t1: Math.max(seal.received_at, reservation.issued_at),
        upload_expires_at: Math.min(
          now + seconds(this.config.UPLOAD_URL_TTL_S),
          Math.max(reservation.lapses_at, bounty.uploads_until),
        ),
        created_at: now,
      });
      await this.outbox.append(tx, { type: 'capture.created', capture_id: id, bounty_id: bounty.id });
      return { id };
    });
    return { replayed, result: await this.get(caller, result.id) };
  }

  /**
   * Hands the uploaded capture in. Handing it in again, at once or after its verdict, answers how it stands and changes nothing.
   * The bytes are confirmed before the transaction: storage is another machine.
   */
  async submit(command: Command, caller: Principal, id: string) {
    const row = await this.unitOfWork.run((tx) => this.own(tx, caller, id));
    if (row.state === 'uploading') await this.confirmUpload(row);
    return this.unitOfWork.once(command, async (tx) => {
      const now = this.clock.now();
      const moved = await this.captures.advance(tx, id, 'submit', now, { submitted_at: new Date(now) });
      if (moved) {
        const used = await this.reservations.advance(tx, row.reservation_id, 'submit', now);
        if (!used)
          throw new DomainError('reservation_state', `${row.reservation_id} ended before the capture was handed in`);
        await this.outbox.append(tx, { type: 'capture.submitted', capture_id: id, bounty_id: row.bounty_id });
        await this.outbox.append(tx, {
          type: 'reservation.submitted',
          reservation_id: row.reservation_id,
          bounty_id: row.bounty_id,
        });
      }
      const current = await this.own(tx, caller, id);
      if (current.state === 'expired')
        throw new DomainError('capture_state', `${id} expired before it was handed in`, { state: current.state });
      return captureView(current, 'contributor');
    });
  }

  async get(caller: Principal, id: string): Promise<Capture> {
    const { row, viewer } = await this.unitOfWork.run((tx) => this.visible(tx, caller, id));
    if (row.state === 'uploading' && viewer === 'contributor')
      return captureView(row, viewer, { upload: await this.presign(row) });
    if (row.derivative_key !== null && showsDerivative(viewer, row))
      return captureView(row, viewer, { derivative: await this.presignDerivative(row.derivative_key) });
    return captureView(row, viewer);
  }

  private async policySubject(tx: Tx, caller: Principal, body: BodyOf<'create_capture'>) {
    // Whatever its state: a repeated request must reach its first answer, also after the reservation was used.
    const { bounty } = await this.reserved(tx, caller, body.reservation_id);
    const contributor = found(await this.identities.contributor(tx, caller.id), caller.id);
    const subject = {
      id: bounty.id,
      mode: caller.mode,
      requester_id: bounty.agent_id,
      ...termsSubject(termsFromRow(bounty)),
    };
    return {
      ...subject,
      contributor: { id: contributor.id, adult_attested: contributor.adult },
      place: body.sealed.manifest.place,
    };
  }

  private async visible(tx: Tx, caller: Principal, id: string) {
    const row = found(await this.captures.get(tx, id), id);
    const bounty = found(await this.bounties.get(tx, row.bounty_id), row.bounty_id);
    return { row, viewer: found(viewerOf(caller, row, bounty.agent_id), id) };
  }

  private async own(tx: Tx, caller: Principal, id: string): Promise<CaptureRow> {
    const row = await this.captures.get(tx, id);
    return found(row && row.contributor_id === caller.id && row.mode === caller.mode ? row : null, id);
  }

  private async active(tx: Tx, caller: Principal, reservationId: string) {
    const both = await this.reserved(tx, caller, reservationId);
    const { state } = both.reservation;
    if (state !== 'active') throw new DomainError('reservation_state', `${reservationId} is ${state}`, { state });
    return both;
  }

  private async reserved(
    tx: Tx,
    caller: Principal,
    reservationId: string,
  ): Promise<{ bounty: BountyRow; reservation: ReservationRow }> {
    const row = await this.reservations.lock(tx, reservationId);
    const reservation = found(
      row && row.contributor_id === caller.id && row.mode === caller.mode ? row : null,
      reservationId,
    );
    return { reservation, bounty: found(await this.bounties.get(tx, reservation.bounty_id), reservation.bounty_id) };
  }

  private async receiveSeal(tx: Tx, bounty: BountyRow, reservation: ReservationRow, seal: string) {
    const row = await this.seals.register(tx, reservation.id, seal, this.clock.now());
    if (row.reservation_id !== reservation.id)
      throw new DomainError('seal_conflict', 'this seal was registered for another reservation');
    if (row.received_at > bounty.closes_at)
      throw new DomainError('window_closed', `the seal came after ${bounty.id} closed`);
    if (this.clock.now() > bounty.uploads_until)
      throw new DomainError('window_closed', `${bounty.id} takes no upload any more`);
    await sql(tx, 'UPDATE reservation SET lapses_at = greatest(lapses_at, $2) WHERE id = $1', [
      reservation.id,
      new Date(lateUntil(bounty)),
    ]);
    await this.race.price(tx, bounty, reservation, row.received_at);
    return row;
  }

  private async confirmUpload(row: CaptureRow): Promise<void> {
    const { sha256, bytes, media_type } = row.sealed.manifest.media;
    const outcome = await this.storage.confirm(row.storage_key, { sha256, bytes, media_type });
    if (outcome === 'missing')
      throw new DomainError('upload_incomplete', 'no bytes have arrived at the upload URL', {
        hint: 'PUT the file, then submit again.',
      });
    if (outcome === 'mismatch')
      throw new DomainError('media_mismatch', 'what was uploaded does not hash to what was sealed');
  }

  private async presignDerivative(key: string) {
    const expires_at = this.clock.now() + seconds(this.config.DOWNLOAD_URL_TTL_S);
    const { url } = await this.storage.presignDownload({ key, expires_at });
    return { url, expires_at };
  }

  private presign(row: CaptureRow) {
    const { sha256, bytes, media_type } = row.sealed.manifest.media;
    return this.storage.presignUpload({
      key: row.storage_key,
      sha256,
      bytes,
      media_type,
      expires_at: row.upload_expires_at,
    });
  }
}

/** A seal in time keeps the slot until late uploads end; without `late_upload_s` it moves nothing. */
function lateUntil(bounty: BountyRow): number {
  return bounty.uploads_until > bounty.closes_at ? bounty.uploads_until : 0;
}

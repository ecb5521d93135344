import { Injectable } from '@nestjs/common';
import { READING_MEDIA_TYPE, sealCapture, type ContributorClient } from '@groundtruth/sdk/contributor';
import { bountyTermsSchema, toWireTime, type Capture, type Reservation } from '@groundtruth/sdk/protocol';
import { Clock, seconds, type Instant } from '../kernel/clock.js';
import { placeOf, wayOf } from '../bounties/index.js';
import { UnitOfWork } from '../platform/database/index.js';
import { makeEvidence, tamperedWith, type Assignment } from './evidence.js';
import { SimulatedClients } from './simulated-client.js';
import type { SimulationRow } from './simulation.entity.js';
import { SimulationsRepository } from './simulations.repository.js';

/** How long after the end of its time a late one acts. */
const LATE_S = 1;

/**
 * What a simulated contributor does, in two steps that are each done again after a crash: it takes a slot, and it acts. All of it by the routes
 * of contributors, so that nothing behind them knows who is simulated. @throws whatever those routes refuse.
 */
@Injectable()
export class SimulatedContributor {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly simulations: SimulationsRepository,
    private readonly clients: SimulatedClients,
    private readonly clock: Clock,
  ) {}

  async takeSlot(row: SimulationRow, signal: AbortSignal): Promise<void> {
    const { client } = await this.clients.equip(row.contributor_id ?? (await this.register(row, signal)), signal);
    const terms = bountyTermsSchema.parse((await client.bounties.get(row.bounty_id, { signal })).terms);
    const once = { signal, idempotencyKey: `simulation-${row.id}` };
    const { id: reservation_id } =
      wayOf(terms) === 'race'
        ? await client.reservations.challenge(row.bounty_id, once)
        : await client.reservations.create(row.bounty_id, once);
    await this.moved(row, 'reserve', { reservation_id });
  }

  async act(row: SimulationRow, signal: AbortSignal): Promise<void> {
    if (row.behaviour === 'absent') return this.moved(row, 'leave', {});
    // It acted before, and whoever did so could not say it any more.
    const handedIn = await this.unitOfWork.run((tx) => this.simulations.handedIn(tx, row.reservation_id!));
    if (handedIn !== null) return this.moved(row, 'hand_in', { capture_id: handedIn });
    const { client, device } = await this.clients.equip(row.contributor_id!, signal);
    const reservation = await client.reservations.get(row.reservation_id!, { signal });
    const terms = bountyTermsSchema.parse((await client.bounties.get(row.bounty_id, { signal })).terms);
    const late_at = row.behaviour === 'late' ? this.timeLeft(reservation, terms.window.closes_at) : null;
    if (late_at !== null)
      return this.unitOfWork.run((tx) => this.simulations.postpone(tx, row.id, late_at, { failed: false }));
    const place = placeOf(terms.area);
    const at = { lat: place.lat, lng: place.lng };
    const { replays } = row;
    const code = replays
      ? await this.unitOfWork.run((tx) => this.simulations.codeOf(tx, replays))
      : reservation.challenge.code;
    const work = { row, terms, reservation, device, code, at, now: this.clock.now() };
    const { id } = await this.handIn(client, work, signal);
    await this.moved(row, 'hand_in', { capture_id: id });
  }

  private async register(row: SimulationRow, signal: AbortSignal) {
    const id = await this.clients.register(row.agent_id, signal);
    await this.unitOfWork.run((tx) => this.simulations.remember(tx, row.id, id));
    return id;
  }

  private async handIn(client: ContributorClient, work: Assignment, signal: AbortSignal): Promise<Capture> {
    const { fraud } = work.row;
    const reservation = fraud === 'wrong_nonce' ? ofAnother(work.reservation) : work.reservation;
    const shot = await makeEvidence({ ...work, reservation });
    const { device } = work;
    if (fraud !== 'edited') return client.capture({ reservation, device, ...shot, signal });
    if (shot.media_type === READING_MEDIA_TYPE)
      return client.capture({ reservation, device, ...tamperedWith(shot), signal });
    const sealed = await sealCapture(reservation, { ...shot, captured_at: toWireTime(work.now) }, device);
    const capture = await client.captures.create(sealed, { signal });
    await client.captures.upload(capture, tamperedWith(shot).bytes, { signal });
    return client.captures.submit(capture.id, { signal });
  }

  /** When a late one comes back, while it would still be in time; null once it is late. */
  private timeLeft({ state, lapses_at }: Reservation, closes_at: Instant): Instant | null {
    if (state !== 'active' || this.clock.now() > closes_at) return null;
    return Math.max(Math.min(Date.parse(lapses_at), closes_at), this.clock.now()) + seconds(LATE_S);
  }

  private async moved(
    row: SimulationRow,
    event: 'reserve' | 'hand_in' | 'leave',
    set: Parameters<SimulationsRepository['advance']>[4],
  ): Promise<void> {
    await this.unitOfWork.run((tx) => this.simulations.advance(tx, row.id, event, this.clock.now(), set));
  }
}

/** A reservation with a challenge that it never had. */
function ofAnother(reservation: Reservation): Reservation {
  const { nonce } = reservation.challenge;
  return { ...reservation, challenge: { ...reservation.challenge, nonce: [...nonce].reverse().join('') } };
}

import { Injectable } from '@nestjs/common';
import { parseAmount, type Invitation, type Page, type Reservation } from '@groundtruth/sdk/protocol';
import { assert } from '../kernel/assert.js';
import { Clock } from '../kernel/clock.js';
import { DomainError, found } from '../kernel/problem.js';
import { ReservationsService, type Reserving } from '../bounties/index.js';
import type { Principal } from '../identity/index.js';
import { UnitOfWork, type Command, type Tx } from '../platform/database/index.js';
import { pageOf, readCursor } from '../platform/http/cursor.js';
import type { QueryOf } from '../platform/http/serves.js';
import { InvitationChanges } from './invitation.changes.js';
import type { InvitationRow } from './invitation.entity.js';
import { invitationView, isOpen, stateOf } from './invitation.view.js';
import { InvitationsRepository } from './invitations.repository.js';

/** Refusals that a moment may undo: the contributor may be invited again. After any other, the bounty is not told to them once more. */
const PASSING = ['bounty_full', 'bounty_not_open', 'reservation_limit'];

/** What a contributor says to a bounty their offer has met, or has said beforehand. */
@Injectable()
export class InvitationsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly invitations: InvitationsRepository,
    private readonly changes: InvitationChanges,
    private readonly reservations: ReservationsService,
    private readonly clock: Clock,
  ) {}

  async list(caller: Principal, { state, cursor, limit }: QueryOf<'list_invitations'>): Promise<Page<Invitation>> {
    const page = { state: state ?? null, after: readCursor(cursor), limit: limit + 1 };
    const rows = await this.unitOfWork.run((tx) => this.invitations.list(tx, caller, page));
    const { data, ...rest } = pageOf(rows, limit, (row) => row.id);
    return { ...rest, data: data.map((row) => invitationView(row, this.clock.now())) };
  }

  /**
   * Reserves the slot, at the price of this moment: never below that of the invitation, since prices do not fall. Refusals in this order:
   * `not_found`, `invitation_state`, then those of `reserve`. One transaction; the same key answers the same reservation.
   */
  async confirm(command: Command, caller: Principal, id: string) {
    const allow = async () => {
      const row = this.own(caller, await this.unitOfWork.run((tx) => this.invitations.get(tx, id)), id);
      this.mustBeOpen(row);
      await this.reservations.allow(caller, row.bounty_id);
    };
    return this.unitOfWork.onceAfter(command, allow, (tx) => this.reserve(tx, caller, id));
  }

  /** Says no: the next contributor is invited. No penalty. @throws {DomainError} `not_found`; `invitation_state`. */
  async decline(command: Command, caller: Principal, id: string) {
    return this.unitOfWork.once(command, async (tx) => {
      const row = this.own(caller, await this.invitations.lock(tx, id), id);
      this.mustBeOpen(row);
      await this.changes.end(tx, row, 'decline');
      return invitationView((await this.invitations.get(tx, id))!, this.clock.now());
    });
  }

  /** Confirms what its offer said to confirm. A refusal ends the invitation, and says why in it. Repeatable. */
  async confirmAutomatic(id: string): Promise<void> {
    const row = await this.unitOfWork.run((tx) => this.invitations.get(tx, id));
    if (!row?.automatic || !isOpen(row, this.clock.now())) return;
    const caller = { id: row.contributor_id, mode: row.mode };
    try {
      await this.reservations.allow(caller, row.bounty_id);
      await this.unitOfWork.run((tx) => this.reserve(tx, caller, id));
    } catch (error) {
      if (!(error instanceof DomainError) || error.status >= 500) throw error; // An outage is tried again, while the invitation is open.
      await this.refuse(row, error.code);
    }
  }

  /** Ends an invitation whose time is over. Repeatable. */
  async lapse(id: string): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const row = await this.invitations.lock(tx, id);
      if (row && row.expires_at <= this.clock.now()) await this.changes.end(tx, row, 'lapse');
    });
  }

  private async refuse(row: InvitationRow, code: string): Promise<void> {
    const event = PASSING.includes(code) ? 'withdraw' : 'decline';
    await this.unitOfWork.run((tx) => this.changes.end(tx, row, event, code));
  }

  private async reserve(tx: Tx, caller: Reserving, id: string): Promise<Reservation> {
    const row = this.own(caller, await this.invitations.lock(tx, id), id);
    this.mustBeOpen(row);
    const reservation = await this.reservations.take(tx, caller, row.bounty_id);
    assert(parseAmount(reservation.price)! >= row.price, `${reservation.id} is below the price of ${id}`);
    await this.changes.confirm(tx, row, reservation.id);
    return reservation;
  }

  private mustBeOpen(row: InvitationRow): void {
    const now = this.clock.now();
    if (isOpen(row, now)) return;
    const state = stateOf(row, now);
    throw new DomainError('invitation_state', `${row.id} is ${state}`, { state });
  }

  private own(caller: Reserving, row: InvitationRow | null, id: string): InvitationRow {
    return found(row && row.contributor_id === caller.id && row.mode === caller.mode ? row : null, id);
  }
}

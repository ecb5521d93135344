import { Injectable } from '@nestjs/common';
import { Clock } from '../kernel/clock.js';
import type { Tx } from '../platform/database/index.js';
import { Outbox } from '../platform/outbox/index.js';
import type { InvitationRow } from './invitation.entity.js';
import { InvitationsRepository, type NewInvitation } from './invitations.repository.js';
import { LooksRepository } from './looks.repository.js';
import { OffersRepository } from './offers.repository.js';

/** How an invitation ends without a reservation, as its event is called. */
const ENDED = { decline: 'declined', lapse: 'lapsed', withdraw: 'withdrawn' } as const;

/** Each change of an invitation, with what follows from it in the same transaction: its event, and who is looked at next. */
@Injectable()
export class InvitationChanges {
  constructor(
    private readonly invitations: InvitationsRepository,
    private readonly offers: OffersRepository,
    private readonly looks: LooksRepository,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** False when this contributor has met the bounty before. */
  async make(tx: Tx, row: NewInvitation): Promise<boolean> {
    const made = await this.invitations.insert(tx, row);
    if (made) await this.tell(tx, 'created', row);
    return made;
  }

  /** It became a reservation. False when it was not open any more. */
  async confirm(tx: Tx, row: InvitationRow, reservation_id: InvitationRow['reservation_id']): Promise<boolean> {
    const moved = await this.invitations.advance(tx, row.id, 'confirm', this.clock.now(), { reservation_id });
    if (moved) await this.tell(tx, 'confirmed', row);
    return moved !== null;
  }

  /** It ended: its bounty looks for the next contributor, and its contributor's offers for the next bounty. False when it was not open. */
  async end(tx: Tx, row: InvitationRow, event: keyof typeof ENDED, refusal: string | null = null): Promise<boolean> {
    const now = this.clock.now();
    if (!(await this.invitations.advance(tx, row.id, event, now, { refusal }))) return false;
    await this.tell(tx, ENDED[event], row);
    await this.looks.mark(tx, row.bounty_id, now);
    await this.offers.announceAnew(tx, row.contributor_id);
    return true;
  }

  private async tell(tx: Tx, what: string, row: NewInvitation): Promise<void> {
    const { id: invitation_id, offer_id, bounty_id, contributor_id, mode } = row;
    await this.outbox.append(tx, {
      type: `invitation.${what}`,
      invitation_id,
      offer_id,
      bounty_id,
      contributor_id,
      mode,
    });
  }
}

import { Injectable } from '@nestjs/common';
import type { Id } from '@groundtruth/sdk/protocol';
import { Clock } from '../../kernel/clock.js';
import { found } from '../../kernel/problem.js';
import type { Tx } from '../../platform/database/index.js';
import { BountiesRepository } from '../bounties.repository.js';
import { BountyClosing } from '../bounty.closing.js';
import { termsFromRow } from '../bounty.terms.js';
import { offeredSlots } from './overlap.rules.js';

/** What the captures paid so far say together. */
export interface Tally {
  /** Independent ones that say the same. */
  readonly agreeing: number;
  /** Independent ones that say otherwise: paid like any other, and nothing else follows for who brought them. */
  readonly differing: number;
}

/** Asks for one more capture until enough of them agree. What they say is not known here: whoever pays or takes back says how far they agree. */
@Injectable()
export class BountyAgreement {
  constructor(
    private readonly bounties: BountiesRepository,
    private readonly closing: BountyClosing,
    private readonly clock: Clock,
  ) {}

  /**
   * Offers as many slots as agreement still needs, or starts to close the bounty as filled when it is reached; in the transaction that paid a
   * capture or took one back. Repeatable; nothing for a bounty that asks for no agreement.
   */
  async note(tx: Tx, bountyId: Id<'bounty'>, tally: Tally): Promise<void> {
    const row = found(await this.bounties.lock(tx, bountyId), bountyId);
    const { agreement } = termsFromRow(row);
    if (!agreement) return;
    const asked = { ...agreement, quantity: row.quantity };
    const offered = row.offered === null ? null : offeredSlots(asked, { ...row, agreeing: tally.agreeing });
    await this.bounties.offer(tx, bountyId, { ...tally, offered }, this.clock.now());
    if (tally.agreeing >= agreement.of) await this.closing.fill(tx, bountyId);
  }
}

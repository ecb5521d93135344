import { Injectable } from '@nestjs/common';
import { capOf, scheduleToWire, toWireTime, type BountyTerms } from '@groundtruth/sdk/protocol';
import { Clock, seconds } from '../kernel/clock.js';
import { deriveId } from '../kernel/ids.js';
import { DomainError, found } from '../kernel/problem.js';
import { SpendCapsLedger, type Principal } from '../identity/index.js';
import { Rail } from '../payments/index.js';
import { UnitOfWork, type Command, type Tx } from '../platform/database/index.js';
import type { BodyOf } from '../platform/http/serves.js';
import { Outbox } from '../platform/outbox/index.js';
import { PolicyGate } from '../policy/index.js';
import { BountiesRepository } from './bounties.repository.js';
import type { BountyRow } from './bounty.entity.js';
import { heldBounty } from './bounty.funding.js';
import { feeAt, priceNow } from './bounty.price.js';
import { checkTerms, holdOf } from './bounty.rules.js';
import { termsFromRow, termsSubject } from './bounty.terms.js';
import { bountyView } from './bounty.view.js';
import { PledgesService } from './pledges/pledges.service.js';
import { Reachability } from './reachability.js';
import { unreachable } from './unreachable.js';

/** How an open bounty becomes dearer or lasts longer. What is reserved already keeps its price. */
@Injectable()
export class BountyRaises {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly bounties: BountiesRepository,
    private readonly rail: Rail,
    private readonly pledges: PledgesService,
    private readonly policy: PolicyGate,
    private readonly caps: SpendCapsLedger,
    private readonly outbox: Outbox,
    private readonly reach: Reachability,
    private readonly clock: Clock,
  ) {}

  /**
   * Holds more money, then sets the new price or the new end: one transaction. Refusals in this order: `not_found`, what is wrong with the
   * terms, `policy_refused`, `bounty_not_open`, `price_lowered`, `window_shortened`, `spend_cap_exceeded`, `insufficient_funds`, and `criteria_unreachable` for more than a
   * chain holds.
   */
  async raise(command: Command, caller: Principal, id: string, body: BodyOf<'raise_bounty'>) {
    const allow = async () => {
      const before = await this.unitOfWork.run((tx) => this.own(tx, caller, id));
      const terms = raised(before, body);
      checkTerms(terms, this.reach.at(caller.mode), this.clock.now());
      await this.policy.check('publish', { id, mode: caller.mode, ...termsSubject(terms) });
    };
    return this.unitOfWork.onceAfter(command, allow, async (tx) => {
      const row = found(await this.bounties.lock(tx, id), id);
      const now = this.clock.now();
      if (row.state !== 'open' || row.closes_at <= now)
        throw new DomainError('bounty_not_open', `${id} is ${row.state}`, { state: row.state });
      const terms = raised(row, body);
      mayFollow(row, terms);
      const held = await this.holdMore(tx, caller, row, capOf(terms.price));
      await this.bounties.raise(tx, row, {
        price: scheduleToWire(terms.price),
        price_cap: capOf(terms.price),
        fee_cap: feeAt(row, capOf(terms.price)),
        price_floor: body.price ? priceNow(row, now) : row.price_floor,
        closes_at: terms.window.closes_at,
        uploads_until: terms.window.closes_at + seconds(terms.late_upload_s),
        held,
        now,
      });
      await this.outbox.append(tx, { type: 'bounty.raised', bounty_id: id });
      const after = found(await this.bounties.get(tx, id), id);
      const money = { held: await this.rail.held(tx, heldBounty(after)), escrow: null };
      return bountyView(after, caller, { money, pledges: await this.pledges.standing(tx, caller, after) }, now);
    });
  }

  /** Takes what the new cap needs beyond what is held: what cheaper slots left over counts. Answers how much that was. */
  private async holdMore(tx: Tx, caller: Principal, row: BountyRow, cap: bigint): Promise<bigint> {
    const needed = holdOf(cap, feeAt(row, cap), row.quantity - row.settled);
    const held = await this.rail.held(tx, heldBounty(row));
    if (needed <= held) return 0n;
    const number = row.raises + 1;
    const own = await this.pledges.given(tx, row, caller.id);
    await this.caps.commit(tx, caller, `${row.id}:${number}`, needed - held, 'bounty', own);
    await this.pledges.noteRaise(tx, row, deriveId('pledge', row.id, String(number)), needed - held);
    await this.rail.holdMore(tx, heldBounty(row), needed - held, number);
    return needed - held;
  }

  private async own(tx: Tx, caller: Principal, id: string): Promise<BountyRow> {
    const row = await this.bounties.get(tx, id);
    return found(row && row.agent_id === caller.id && row.mode === caller.mode ? row : null, id);
  }
}

function raised(row: BountyRow, { price, closes_at }: BodyOf<'raise_bounty'>): BountyTerms {
  const terms = termsFromRow(row);
  return {
    ...terms,
    price: price ?? terms.price,
    window: { ...terms.window, closes_at: closes_at ?? terms.window.closes_at },
  };
}

function mayFollow(row: BountyRow, terms: BountyTerms): void {
  if (capOf(terms.price) < row.price_cap)
    throw new DomainError('price_lowered', 'its cap would fall: contributors may be on their way for it', {
      param: 'price',
    });
  if (terms.window.closes_at < row.closes_at)
    throw new DomainError('window_shortened', `it closes at ${toWireTime(row.closes_at)} or later`, {
      param: 'closes_at',
    });
  if (terms.rail === 'stablecoin' && terms.window.closes_at > row.closes_at)
    throw unreachable('closes_at', 'the escrow on chain ends with the window it was funded for');
}

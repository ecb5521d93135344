import { Inject, Injectable } from '@nestjs/common';
import { captureCommitment, type Verdict } from '@groundtruth/sdk/protocol';
import { assert } from '../kernel/assert.js';
import { Clock, seconds } from '../kernel/clock.js';
import { found } from '../kernel/problem.js';
import {
  BountiesRepository,
  BountyClosing,
  claimFund,
  heldBounty,
  payOf,
  ReservationsRepository,
  type BountyRow,
  type ReservationRow,
} from '../bounties/index.js';
import { CapturesRepository, type CaptureRow } from '../captures/index.js';
import { LossReserve, Rail } from '../payments/index.js';
import { CONFIG, type Config } from '../platform/config/index.js';
import type { Tx } from '../platform/database/index.js';
import { DisputesRepository } from '../verification/index.js';

/** Micros. */
interface Due {
  readonly pay: bigint;
  readonly fee: bigint;
}

/** Pays one accepted capture: from the slot it holds, or from what the loss reserve set aside for an upheld appeal. */
@Injectable()
export class CapturePayment {
  constructor(
    private readonly captures: CapturesRepository,
    private readonly bounties: BountiesRepository,
    private readonly reservations: ReservationsRepository,
    private readonly disputes: DisputesRepository,
    private readonly closing: BountyClosing,
    private readonly rail: Rail,
    private readonly reserve: LossReserve,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Moves the money and settles the capture, in the caller's transaction; answers its bounty and the micros it was paid. */
  async pay(tx: Tx, capture: CaptureRow, verdict: Verdict): Promise<{ bounty: BountyRow; pay: bigint }> {
    assert(capture.finding, `${capture.id} is accepted without a finding`);
    const bounty = found(await this.bounties.get(tx, capture.bounty_id), capture.bounty_id);
    const held = found(await this.reservations.get(tx, capture.reservation_id), capture.reservation_id);
    const pay = payOf(held.price, capture.finding, bounty.absence_share_bps);
    const appeal = verdict.basis === 'appeal' ? await this.disputes.of(tx, capture.id, 'contributor') : null;
    const aside = appeal?.funding === 'loss_reserve' ? appeal : null;
    const fee = aside ? 0n : await this.rail.feeOf(tx, heldBounty(bounty), held, pay);
    if (aside) {
      const fund = claimFund(bounty);
      const claim = { mode: capture.mode, fund, dispute_id: aside.id, bounty_id: bounty.id, amount: pay };
      await this.reserve.payOut(tx, claim, capture.contributor_id);
    } else await this.payFromSlot(tx, capture, bounty, held, { pay, fee });
    const now = this.clock.now();
    const disputable_until = new Date(now + seconds(this.config.APPEAL_WINDOW_S));
    const set = { paid: pay, fee, settled_at: new Date(now), disputable_until };
    await this.captures.advance(tx, capture.id, 'settle', now, set);
    if (appeal) await this.bounties.endAppeal(tx, bounty.id);
    return { bounty, pay };
  }

  private async payFromSlot(
    tx: Tx,
    capture: CaptureRow,
    bounty: BountyRow,
    { payout_to: to, payout_for }: ReservationRow,
    due: Due,
  ): Promise<void> {
    const { id: capture_id, contributor_id, salt, seal } = capture;
    const { id } = bounty;
    const { settled, quantity } = await this.bounties.settleSlot(tx, id);
    const payout = to && { commitment: captureCommitment(salt, seal), to, for: payout_for };
    await this.rail.settle(tx, { ...heldBounty(bounty), capture_id, contributor_id, ...due, payout });
    if (settled === quantity) await this.closing.fill(tx, id);
  }
}

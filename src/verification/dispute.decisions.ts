import { Injectable } from '@nestjs/common';
import { provenancePassed, type Finding, type Id } from '@groundtruth/sdk/protocol';
import { Clock, seconds } from '../kernel/clock.js';
import { DomainError, found } from '../kernel/problem.js';
import {
  BountiesRepository,
  BountyFunders,
  claimFund,
  payOf,
  ReservationsRepository,
  type BountyRow,
} from '../bounties/index.js';
import { CapturesRepository, type CaptureRow } from '../captures/index.js';
import { IdentityRepository, type Principal } from '../identity/index.js';
import { FEES_COUNT_S, LossReserve, refundOf } from '../payments/index.js';
import { UnitOfWork, type Command, type Tx } from '../platform/database/index.js';
import type { BodyOf } from '../platform/http/serves.js';
import { Outbox } from '../platform/outbox/index.js';
import type { DisputeRow } from './dispute.entity.js';
import type { DisputeEvent } from './dispute.machine.js';
import { disputeView } from './dispute.view.js';
import { DisputesRepository } from './disputes.repository.js';
import { UNDECIDED } from './review.service.js';
import { VerdictsRepository } from './verdicts.repository.js';

interface Ruling {
  readonly uphold: boolean;
  /** What the capture of an upheld appeal shows; what was declared when undefined. */
  readonly finding?: Finding | undefined;
  readonly reason: string;
  /** Null: the deadline decided. */
  readonly operator_id: string | null;
}

interface Outcome {
  readonly event: DisputeEvent;
  readonly set?: Readonly<Record<string, unknown>>;
}

/**
 * Ends disputes. An upheld appeal takes a free slot of its bounty, else the loss reserve sets its pay aside; the verifier then signs the
 * verdict that settlement follows. An upheld dispute of a requester is paid from the reserve at once; the contributor keeps what was paid.
 */
@Injectable()
export class DisputeDecisions {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly disputes: DisputesRepository,
    private readonly captures: CapturesRepository,
    private readonly bounties: BountiesRepository,
    private readonly reservations: ReservationsRepository,
    private readonly verdicts: VerdictsRepository,
    private readonly identities: IdentityRepository,
    private readonly funders: BountyFunders,
    private readonly reserve: LossReserve,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** The operator's word. Refuses with `dispute_state` unless the dispute is open and what it is about is paid or rejected. */
  async decide(command: Command, caller: Principal, id: string, body: BodyOf<'decide_dispute'>) {
    return this.unitOfWork.once(command, async (tx) => {
      const { dispute, capture } = await this.locked(tx, id, caller);
      const { decision, finding, reason } = body;
      await this.end(tx, dispute, capture, { uphold: decision === 'uphold', finding, reason, operator_id: caller.id });
      return disputeView((await this.disputes.get(tx, id))!, caller);
    });
  }

  /**
   * The deadline has passed. An appeal is upheld if every provenance check passed, else denied; a dispute of a requester is denied, for
   * otherwise an operator's absence would empty the reserve. A decision that came first stands.
   */
  async lapse(id: Id<'dispute'>): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const { dispute, capture } = await this.locked(tx, id, null);
      if (dispute.state !== 'open' || dispute.decide_by > this.clock.now()) return;
      const uphold = dispute.side === 'contributor' && (await this.hasProvenance(tx, capture));
      await this.end(tx, dispute, capture, { uphold, reason: UNDECIDED, operator_id: null });
    });
  }

  private async locked(tx: Tx, id: string, caller: Principal | null) {
    const seen = await this.disputes.get(tx, id);
    const { capture_id } = found(seen && (!caller || seen.mode === caller.mode) ? seen : null, id);
    const capture = found(await this.captures.lock(tx, capture_id), capture_id);
    // Read again: whoever held the capture may have ended the dispute.
    return { capture, dispute: found(await this.disputes.get(tx, id), id) };
  }

  private async hasProvenance(tx: Tx, capture: CaptureRow): Promise<boolean> {
    const { body } = found(await this.verdicts.newest(tx, capture.id), `the verdict of ${capture.id}`);
    return provenancePassed(body.criteria, body.checks);
  }

  private async end(tx: Tx, dispute: DisputeRow, capture: CaptureRow, ruling: Ruling): Promise<void> {
    if (dispute.state !== 'open')
      throw new DomainError('dispute_state', `${dispute.id} is ${dispute.state}`, { state: dispute.state });
    const { event, set = {} } = await this.outcome(tx, dispute, capture, ruling);
    const { reason: decision_reason, operator_id } = ruling;
    await this.disputes.advance(tx, dispute.id, event, this.clock.now(), { ...set, decision_reason, operator_id });
    // An upheld appeal ends for the bounty when it is paid.
    if (dispute.side === 'contributor' && event !== 'uphold') await this.bounties.endAppeal(tx, dispute.bounty_id);
    await this.outbox.append(tx, {
      type: EVENTS[event],
      dispute_id: dispute.id,
      capture_id: dispute.capture_id,
      bounty_id: dispute.bounty_id,
      opened_by: dispute.opened_by,
    });
  }

  private async outcome(tx: Tx, dispute: DisputeRow, capture: CaptureRow, ruling: Ruling): Promise<Outcome> {
    if (!ruling.uphold) return { event: 'deny' };
    return dispute.side === 'contributor'
      ? this.fundAppeal(tx, dispute, capture, ruling.finding ?? capture.sealed.manifest.finding)
      : this.refund(tx, dispute, capture);
  }

  private async fundAppeal(tx: Tx, dispute: DisputeRow, capture: CaptureRow, finding: Finding): Promise<Outcome> {
    if (await this.bounties.takeFreeSlot(tx, capture.bounty_id, this.clock.now()))
      return { event: 'uphold', set: { finding, funding: 'slot' } };
    const bounty = found(await this.bounties.get(tx, capture.bounty_id), capture.bounty_id);
    const { price } = found(await this.reservations.get(tx, capture.reservation_id), capture.reservation_id);
    const amount = payOf(price, finding, bounty.absence_share_bps);
    const linked = await this.funders.linkedTo(tx, bounty, capture.contributor_id);
    const funded =
      linked.length === 0 &&
      (await this.reserve.setAside(tx, claimOf(dispute, bounty, amount), capture.contributor_id));
    return funded ? { event: 'uphold', set: { finding, funding: 'loss_reserve' } } : { event: 'uphold_unfunded' };
  }

  private async refund(tx: Tx, dispute: DisputeRow, capture: CaptureRow): Promise<Outcome> {
    const { state, paid, fee } = capture;
    if (state !== 'settled' || paid === null)
      throw new DomainError('dispute_state', `${capture.id} is ${state}: decide once it is paid`, { state });
    const bounty = found(await this.bounties.get(tx, capture.bounty_id), capture.bounty_id);
    const linked = await this.funders.linkedTo(tx, bounty, capture.contributor_id);
    if (linked.length > 0) return { event: 'uphold_unfunded' };
    await this.identities.lockAgent(tx, dispute.opened_by);
    const since = this.clock.now() - seconds(FEES_COUNT_S);
    const amount = refundOf({
      cost: paid + (fee ?? 0n),
      fees_paid: await this.captures.feesPaidSince(tx, dispute.opened_by, since),
      refunded: await this.disputes.refundedSince(tx, dispute.opened_by, since),
    });
    const claim = claimOf(dispute, bounty, amount);
    const funders = await this.funders.shares(tx, bounty);
    const funded = amount > 0n && (await this.reserve.refund(tx, claim, funders));
    return funded ? { event: 'uphold', set: { paid: amount } } : { event: 'uphold_unfunded' };
  }
}

const EVENTS = {
  uphold: 'dispute.upheld',
  deny: 'dispute.denied',
  uphold_unfunded: 'dispute.upheld_unfunded',
} as const satisfies Record<DisputeEvent, string>;

function claimOf({ id, mode, bounty_id }: DisputeRow, bounty: BountyRow, amount: bigint) {
  return { mode, fund: claimFund(bounty), dispute_id: id, bounty_id, amount };
}

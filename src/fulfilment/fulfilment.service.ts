import { Injectable } from '@nestjs/common';
import { MODES, type Id, type Mode } from '@groundtruth/sdk/protocol';
import { assert } from '../kernel/assert.js';
import { Clock } from '../kernel/clock.js';
import {
  BountiesRepository,
  BountyAgreement,
  BountyFunders,
  ReservationsRepository,
  type BountyRow,
} from '../bounties/index.js';
import { CapturesRepository, type CaptureRow } from '../captures/index.js';
import { ObservationsService } from '../feeds/index.js';
import { IdentityRepository } from '../identity/index.js';
import { EarningsHolds } from '../payments/index.js';
import { sql, UnitOfWork, type Tx } from '../platform/database/index.js';
import { Outbox } from '../platform/outbox/index.js';
import { PolicyGate } from '../policy/index.js';
import { Sequencer, TransparencyLog } from '../transparency/index.js';
import { DisputesRepository, VerdictsRepository } from '../verification/index.js';
import { CapturePayment } from './capture.payment.js';
import { earnsReputation } from './settlement.rules.js';

const BATCH = 100;

/** The one coordinator: accepted verdict under a signed checkpoint → contributor paid → capture settled → observation made. */
@Injectable()
export class FulfilmentService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly captures: CapturesRepository,
    private readonly bounties: BountiesRepository,
    private readonly reservations: ReservationsRepository,
    private readonly verdicts: VerdictsRepository,
    private readonly identities: IdentityRepository,
    private readonly funders: BountyFunders,
    private readonly disputes: DisputesRepository,
    private readonly payment: CapturePayment,
    private readonly observations: ObservationsService,
    private readonly agreement: BountyAgreement,
    private readonly policy: PolicyGate,
    private readonly log: TransparencyLog,
    private readonly sequencer: Sequencer,
    private readonly earningsHolds: EarningsHolds,
    private readonly clock: Clock,
    private readonly outbox: Outbox,
  ) {}

  /** Settles what is accepted and covered by a checkpoint. Repeatable: money moves once, for the transfers' ids follow from the capture. */
  async settleCovered(mode: Mode): Promise<void> {
    const failures: unknown[] = [];
    for (const id of await this.unitOfWork.run((tx) => this.accepted(tx, mode))) {
      try {
        if (await this.unitOfWork.run((tx) => this.settle(tx, id))) this.sequencer.kick(mode);
      } catch (error) {
        failures.push(error); // One that cannot be paid now must not hold up those behind it.
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  async pass(): Promise<void> {
    for (const mode of MODES) await this.settleCovered(mode);
  }

  /** One capture, one transaction: transfers, slot, state, observation and its log leaf commit together or not at all. */
  private async settle(tx: Tx, captureId: string): Promise<boolean> {
    const capture = await this.captures.lock(tx, captureId);
    if (capture?.state !== 'accepted' || capture.verdict_id === null) return false;
    if (!(await this.log.covered(tx, capture.mode, capture.verdict_id))) return false;
    if (!(await this.released(tx, capture))) return false;
    await this.complete(tx, capture);
    return true;
  }

  private async complete(tx: Tx, capture: CaptureRow): Promise<void> {
    const verdict = await this.verdicts.get(tx, capture.verdict_id!);
    assert(verdict, `${capture.id} is accepted without a verdict`);
    const { bounty, pay } = await this.payment.pay(tx, capture, verdict.body);
    const { id: capture_id, contributor_id, bounty_id } = capture;
    const linked = await this.funders.linkedTo(tx, bounty, contributor_id);
    const isStranger = linked.length === 0;
    if (isStranger && earnsReputation(verdict.body.basis)) await this.identities.countSettlement(tx, contributor_id);
    if (isStranger) await this.observations.observe(tx, { ...capture, paid: pay }, bounty, verdict.body);
    else if (bounty.fund === 'card') {
      for (const agent_id of linked)
        await this.earningsHolds.suspect(tx, { mode: capture.mode, agent_id, contributor_id }, this.clock.now());
    }
    await this.noteAgreement(tx, bounty);
    await this.outbox.append(tx, { type: 'capture.settled', capture_id, bounty_id });
  }

  /** What was just paid or taken back may be what agreement needed, or ask for one more. */
  private async noteAgreement(tx: Tx, bounty: BountyRow): Promise<void> {
    const tally = await this.observations.tally(tx, bounty);
    if (tally) await this.agreement.note(tx, bounty.id, tally);
  }

  /**
   * A requester's dispute was upheld, whether or not it could be paid: the card of its observation says so, and a revision takes the capture out.
   * An appeal takes nothing out. Repeatable.
   */
  async withdraw(disputeId: string): Promise<void> {
    const mode = await this.unitOfWork.run(async (tx) => {
      const dispute = await this.disputes.get(tx, disputeId);
      if (dispute?.side !== 'requester' || dispute.decided_at === null) return null;
      if (!(await this.observations.withdraw(tx, dispute.capture_id, dispute.decided_at))) return null;
      await this.noteAgreement(tx, (await this.bounties.get(tx, dispute.bounty_id))!);
      return dispute.mode;
    });
    if (mode) this.sequencer.kick(mode);
  }

  /** Policy's last word before money moves. A hold leaves the capture accepted and owed: it is asked again at the next pass. */
  private async released(tx: Tx, capture: CaptureRow): Promise<boolean> {
    const bounty = (await this.bounties.get(tx, capture.bounty_id))!;
    const reservation = await this.reservations.get(tx, capture.reservation_id);
    const { payout_to, payout_for } = reservation!;
    const payers = await this.funders.ids(tx, bounty);
    const payee = { id: capture.contributor_id, wallet: payout_for ?? payout_to };
    const subject = { id: capture.id, mode: capture.mode, parties: [payee, ...payers.map((id) => ({ id }))] };
    return (await this.policy.look(tx, 'release', subject)).outcome === 'allow';
  }

  private async accepted(tx: Tx, mode: Mode): Promise<Id<'capture'>[]> {
    const rows = await sql<{ id: Id<'capture'> }>(
      tx,
      `SELECT id FROM capture WHERE state = 'accepted' AND mode = $1 ORDER BY id LIMIT $2`,
      [mode, BATCH],
    );
    return rows.map((row) => row.id);
  }
}

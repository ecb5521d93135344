import { Inject, Injectable, Optional } from '@nestjs/common';
import { MODES, type Mode } from '@groundtruth/sdk/protocol';
import { Clock } from '../../kernel/clock.js';
import { deriveId } from '../../kernel/ids.js';
import { CONFIG, type Config } from '../../platform/config/index.js';
import { UnitOfWork, type Tx } from '../../platform/database/index.js';
import { PolicyGate } from '../../policy/index.js';
import { CardRisk } from '../funding/card/card.risk.js';
import { CARD_FAILPOINT, passCardFailpoint, type CardFailpoints } from '../stripe/card.failpoints.js';
import { STRIPE, type StripeAccesses } from '../stripe/stripe.access.js';
import { batchDay, dueOf } from './batch.rules.js';
import { EarningsRepository } from './earnings.repository.js';
import { PayoutRuns, type Run } from './payout-runs.js';
import { PayoutStops } from './payout-stops.js';
import type { PayoutRow, RecipientRow } from './payout.entity.js';
import { PayoutTransfers } from './payout.transfers.js';
import { RecipientsRepository } from './recipients.repository.js';

const PAGE = 200;

/** The payouts of a day: one for each contributor who can be paid and has enough that is old enough. */
@Injectable()
export class PayoutBatch {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly recipients: RecipientsRepository,
    private readonly earnings: EarningsRepository,
    private readonly transfers: PayoutTransfers,
    private readonly policy: PolicyGate,
    private readonly stops: PayoutStops,
    private readonly risk: CardRisk,
    private readonly runs: PayoutRuns,
    private readonly clock: Clock,
    @Inject(STRIPE) private readonly access: StripeAccesses,
    @Inject(CONFIG) private readonly config: Config,
    @Optional() @Inject(CARD_FAILPOINT) private readonly at: CardFailpoints = passCardFailpoint,
  ) {
    transfers.heed((tx, payout) => this.heldBack(tx, payout));
  }

  /** Plans what is due. Any number of processes may, at any time; what cannot be paid yet is looked at again after an hour. */
  async pass(): Promise<void> {
    for (const mode of MODES) {
      if (this.access[mode] === null) continue;
      // Not taken up before that: it would be put off for an hour, and the comparison may be through in a second.
      if (!(await this.unitOfWork.run((tx) => this.stops.isCompared(tx, mode)))) continue;
      const day = batchDay(this.clock.now(), this.config.CARD_PAYOUT_HOUR);
      await this.day({ job: 'batch', mode, day });
    }
  }

  /** Why no new payout of this mode leaves now; empty when they do. */
  async brakes(tx: Tx, mode: Mode): Promise<('operator' | 'reconciliation' | 'loss_reserve')[]> {
    const causes = new Set((await this.stops.standing(tx, mode)).map(({ cause }) => cause));
    if (!(await this.stops.isCompared(tx, mode))) causes.add('reconciliation');
    return [...causes, ...((await this.risk.payoutsAllowed(tx, mode)) ? [] : ['loss_reserve' as const])];
  }

  /** Whether payouts go to where Stripe says that the owner of an account lives; before it says so, to where the owner said. */
  paysTo({ country, legal_country }: Pick<RecipientRow, 'country' | 'legal_country'>): boolean {
    return this.config.CARD_PAYOUT_COUNTRIES.includes(legal_country ?? country);
  }

  private async day(run: Run): Promise<void> {
    const { mode, day } = run;
    if (!(await this.unitOfWork.run((tx) => this.runs.take(tx, run)))) return;
    this.at('batch.take.after_commit');
    let waiting = false;
    let after = '';
    for (;;) {
      const page = await this.unitOfWork.run((tx) => this.recipients.payable(tx, mode, day, after, PAGE));
      for (const { id } of page) {
        const answer = await this.unitOfWork.run((tx) => this.plan(tx, id, run));
        waiting ||= answer === 'waits';
        if (answer === 'planned') this.at('batch.plan.after_commit');
      }
      if (page.length < PAGE) break;
      after = page.at(-1)!.id;
    }
    if (waiting) return;
    await this.unitOfWork.run(async (tx) => {
      await this.runs.finish(tx, run);
      this.at('batch.finish.before_commit');
    });
    this.at('batch.finish.after_commit');
  }

  private async plan(tx: Tx, recipientId: string, { mode, day }: Run): Promise<'planned' | 'nothing' | 'waits'> {
    const recipient = await this.recipients.lock(tx, recipientId);
    if (recipient?.state !== 'enabled' || recipient.account === null) return 'nothing';
    const { contributor_id, account } = recipient;
    const amount = dueOf(
      await this.earnings.of(tx, mode, contributor_id, this.clock.now()),
      this.config.CARD_PAYOUT_MIN,
    );
    if (amount === null) return 'nothing';
    if ((await this.brakes(tx, mode)).length > 0 || !this.paysTo(recipient)) return 'waits';
    const id = deriveId('payout', mode, day, contributor_id);
    const parties = await this.recipients.partiesOf(tx, recipient);
    if ((await this.policy.look(tx, 'payout', { id, mode, parties })).outcome !== 'allow') return 'waits';
    await this.transfers.plan(tx, { id, mode, contributor_id, recipient_id: recipient.id, account, day, amount });
    this.at('batch.plan.before_commit');
    return 'planned';
  }

  /** Why a payout that was planned does not leave after all: days may lie between, in which cards were disputed or a brake was thrown. */
  private async heldBack(
    tx: Tx,
    { id, mode, recipient_id, contributor_id, account }: PayoutRow,
  ): Promise<string | null> {
    const recipient = await this.recipients.lock(tx, recipient_id);
    if (recipient?.state !== 'enabled' || recipient.account !== account) return 'held: account';
    // What is set aside is not available any more: is more than the rest too young or held, then some of it is.
    const { available, maturing } = await this.earnings.of(tx, mode, contributor_id, this.clock.now());
    if (maturing > available) return 'held: maturity';
    const [brake] = await this.brakes(tx, mode);
    if (brake) return `held: ${brake}`;
    const parties = await this.recipients.partiesOf(tx, recipient);
    const allowed =
      this.paysTo(recipient) && (await this.policy.look(tx, 'payout', { id, mode, parties })).outcome === 'allow';
    return allowed ? null : 'held: policy';
  }
}

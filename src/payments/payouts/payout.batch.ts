import { Inject, Injectable } from '@nestjs/common';
import { MODES, type Mode } from '@groundtruth/sdk/protocol';
import { Clock } from '../../kernel/clock.js';
import { deriveId } from '../../kernel/ids.js';
import { CONFIG, type Config } from '../../platform/config/index.js';
import { UnitOfWork, type Tx } from '../../platform/database/index.js';
import { PolicyGate } from '../../policy/index.js';
import { CardRisk } from '../funding/card/card.risk.js';
import { STRIPE, type StripeAccesses } from '../stripe/stripe.access.js';
import { batchDay, dueOf } from './batch.rules.js';
import { EarningsRepository } from './earnings.repository.js';
import { PayoutRuns, type Run } from './payout-runs.js';
import { PayoutStops } from './payout-stops.js';
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
  ) {}

  /** Plans what is due. Any number of processes may, at any time; what cannot be paid yet is looked at again after an hour. */
  async pass(): Promise<void> {
    for (const mode of MODES) {
      if (this.access[mode] === null) continue;
      const day = batchDay(this.clock.now(), this.config.CARD_PAYOUT_HOUR);
      await this.day({ job: 'batch', mode, day });
    }
  }

  /** Why no new payout of this mode leaves now; empty when they do. */
  async brakes(tx: Tx, mode: Mode): Promise<('operator' | 'reconciliation' | 'loss_reserve')[]> {
    const causes = new Set((await this.stops.standing(tx, mode)).map(({ cause }) => cause));
    return [...causes, ...((await this.risk.payoutsAllowed(tx, mode)) ? [] : ['loss_reserve' as const])];
  }

  private async day(run: Run): Promise<void> {
    const { mode, day } = run;
    if (!(await this.unitOfWork.run((tx) => this.runs.take(tx, run)))) return;
    let waiting = false;
    let after = '';
    for (;;) {
      const page = await this.unitOfWork.run((tx) => this.recipients.payable(tx, mode, day, after, PAGE));
      for (const { id } of page) {
        const answer = await this.unitOfWork.run((tx) => this.plan(tx, id, run));
        waiting ||= answer === 'waits';
      }
      if (page.length < PAGE) break;
      after = page.at(-1)!.id;
    }
    if (!waiting) await this.unitOfWork.run((tx) => this.runs.finish(tx, run));
  }

  private async plan(tx: Tx, recipientId: string, { mode, day }: Run): Promise<'done' | 'waits'> {
    const recipient = await this.recipients.lock(tx, recipientId);
    if (recipient?.state !== 'enabled' || recipient.account === null) return 'done';
    const { contributor_id, account } = recipient;
    const amount = dueOf(
      await this.earnings.of(tx, mode, contributor_id, this.clock.now()),
      this.config.CARD_PAYOUT_MIN,
    );
    if (amount === null) return 'done';
    if ((await this.brakes(tx, mode)).length > 0) return 'waits';
    const id = deriveId('payout', mode, day, contributor_id);
    const parties = [{ id: contributor_id, name: await this.recipients.nameOf(tx, contributor_id) }];
    if ((await this.policy.look(tx, 'payout', { id, mode, parties })).outcome !== 'allow') return 'waits';
    await this.transfers.plan(tx, { id, mode, contributor_id, recipient_id: recipient.id, account, day, amount });
    return 'done';
  }
}

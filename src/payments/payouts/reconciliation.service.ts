import { Inject, Injectable } from '@nestjs/common';
import { formatAmount, MODES, type Mode } from '@groundtruth/sdk/protocol';
import { Clock } from '../../kernel/clock.js';
import { CONFIG, type Config } from '../../platform/config/index.js';
import { sql, UnitOfWork } from '../../platform/database/index.js';
import { STRIPE, type StripeAccesses } from '../stripe/stripe.access.js';
import { asking } from '../stripe/stripe.problems.js';
import { AccountReader } from './account.reader.js';
import { batchDay } from './batch.rules.js';
import { PayoutBooks } from './payout.books.js';
import { PayoutRuns } from './payout-runs.js';
import { PayoutStops } from './payout-stops.js';
import { reconcile, type Finding, type Reconciliation, type StripeRow } from './reconcile.rules.js';
import { ReconciliationStatement } from './reconciliation.statement.js';
import { RecipientsRepository } from './recipients.repository.js';

/** Findings named in a stop; the rest is in the row of the day. */
const NAMED_MAX = 5;

/** Every night: takes what was missed, books what Stripe charged, compares everything, and stops payouts over the first cent unexplained. */
@Injectable()
export class Reconciliations {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly statements: ReconciliationStatement,
    private readonly reader: AccountReader,
    private readonly recipients: RecipientsRepository,
    private readonly books: PayoutBooks,
    private readonly stops: PayoutStops,
    private readonly runs: PayoutRuns,
    private readonly clock: Clock,
    @Inject(STRIPE) private readonly access: StripeAccesses,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** What is due of today. Any number of processes may; one that fails is tried again after an hour. */
  async pass(): Promise<void> {
    for (const mode of MODES) {
      if (this.access[mode] === null) continue;
      const run = { job: 'reconcile' as const, mode, day: batchDay(this.clock.now(), this.config.CARD_RECONCILE_HOUR) };
      if (!(await this.unitOfWork.run((tx) => this.runs.take(tx, run)))) continue;
      await this.run(mode, run.day);
      await this.unitOfWork.run((tx) => this.runs.finish(tx, run));
    }
  }

  /** Once, now. Repeatable: the last one of a day is kept. Null where the mode takes no cards. */
  async run(mode: Mode, day: string): Promise<Reconciliation | null> {
    const accounts = await this.unitOfWork.run((tx) => this.recipients.all(tx, mode));
    for (const { account, state } of accounts) if (state !== 'closed') await this.reader.look(mode, account!);
    const first = await asking(this.statements.read(mode));
    if (first && (await this.bookCosts(mode, first.stripe)) === 0) return this.judge(mode, day, reconcile(first));
    const statement = first && (await asking(this.statements.read(mode)));
    return statement && this.judge(mode, day, reconcile(statement));
  }

  /** What Stripe takes for its service is in nobody's hands but ours: an expense. Answers how many it booked. */
  private async bookCosts(mode: Mode, rows: readonly StripeRow[]): Promise<number> {
    const costs = rows.filter(({ type, source }) => COSTS.includes(type) && source === null);
    let booked = 0;
    for (const { id, net } of costs)
      if (await this.unitOfWork.run((tx) => this.books.cost(tx, mode, id, -net))) booked++;
    return booked;
  }

  private async judge(mode: Mode, day: string, result: Reconciliation): Promise<Reconciliation> {
    const { matched, in_flight, findings } = result;
    await this.unitOfWork.run(async (tx) => {
      const at = new Date(this.clock.now());
      await sql(
        tx,
        `INSERT INTO reconciliation (mode, day, at, matched, in_flight, findings) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (mode, day)
         DO UPDATE SET at = EXCLUDED.at, matched = EXCLUDED.matched, in_flight = EXCLUDED.in_flight, findings = EXCLUDED.findings`,
        [mode, day, at, matched, in_flight, JSON.stringify(findings.map(asText))],
      );
      const isStopped = (await this.stops.standing(tx, mode)).some(({ cause }) => cause === 'reconciliation');
      if (findings.length > 0 && !isStopped) await this.stops.stop(tx, mode, 'reconciliation', inWords(findings));
    });
    return result;
  }
}

/** Balance transactions by which Stripe charges for itself. */
const COSTS = ['stripe_fee', 'stripe_fx_fee', 'network_cost'];

const asText = ({ difference, ...rest }: Finding) => ({ ...rest, difference: formatAmount(difference) });

function inWords(findings: readonly Finding[]): string {
  const named = findings
    .slice(0, NAMED_MAX)
    .map(({ rule, row, difference, detail }) => `${rule} ${row} ${formatAmount(difference)}: ${detail}`);
  const rest = findings.length - named.length;
  return [...named, ...(rest > 0 ? [`and ${rest} more`] : [])].join('\n');
}

import { Inject, Injectable, Optional } from '@nestjs/common';
import { formatAmount, MODES, type Mode } from '@groundtruth/sdk/protocol';
import Stripe from 'stripe';
import { Clock } from '../../kernel/clock.js';
import { DomainError, found } from '../../kernel/problem.js';
import { CONFIG, type Config } from '../../platform/config/index.js';
import { sql, UnitOfWork } from '../../platform/database/index.js';
import { CARD_FAILPOINT, passCardFailpoint, type CardFailpoints } from '../stripe/card.failpoints.js';
import { STRIPE, type StripeAccesses } from '../stripe/stripe.access.js';
import { asking } from '../stripe/stripe.problems.js';
import { AccountReader } from './account.reader.js';
import { batchDay } from './batch.rules.js';
import { PayoutBooks } from './payout.books.js';
import { PayoutRuns } from './payout-runs.js';
import { PayoutStops } from './payout-stops.js';
import { reconcile, type Finding, type Reconciliation, type Statement, type StripeRow } from './reconcile.rules.js';
import { ReconciliationStatement, unread } from './reconciliation.statement.js';
import { RecipientsRepository } from './recipients.repository.js';

/** Findings named in a stop; the rest is in the row of the day. */
const NAMED_MAX = 5;
const LOOKS_MAX = 3;
const SECOND_LOOKS_MAX = 2;

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
    @Optional() @Inject(CARD_FAILPOINT) private readonly at: CardFailpoints = passCardFailpoint,
  ) {}

  /** What is due of today. Any number of processes may; one that fails is tried again after an hour. */
  async pass(): Promise<void> {
    for (const mode of MODES) {
      if (this.access[mode] === null) continue;
      const run = { job: 'reconcile' as const, mode, day: batchDay(this.clock.now(), this.config.CARD_RECONCILE_HOUR) };
      if (!(await this.unitOfWork.run((tx) => this.runs.take(tx, run)))) continue;
      this.at('reconcile.take.after_commit');
      await this.run(mode, run.day);
      await this.unitOfWork.run((tx) => this.runs.finish(tx, run));
    }
  }

  /** Once, now. Repeatable: the last one of a day is kept. Null where the mode takes no cards. */
  async run(mode: Mode, day: string): Promise<Reconciliation | null> {
    const accounts = await this.unitOfWork.run((tx) => this.recipients.all(tx, mode));
    const open = accounts.filter(({ state }) => state !== 'closed').map(({ account }) => account!);
    const failed = await this.lookAt(mode, open);
    this.at('reconcile.looked.after');
    const first = await asking(this.statements.read(mode));
    this.at('reconcile.read.after');
    if (first === null) return null;
    const isChanged = (await this.bookCosts(mode, first.stripe)) > 0;
    let result = reconcile(isChanged ? await this.statementOf(mode) : first);
    // Money may have moved between two looks: a balance that differs is looked into once more before it is held against anybody.
    for (let look = 1; look <= SECOND_LOOKS_MAX && result.findings.some(isBalance); look++) {
      await this.lookAt(mode, open.filter((account) => result.findings.some(({ row }) => row === account))); // prettier-ignore
      result = reconcile(await this.statementOf(mode));
    }
    const unheard = failed.filter(
      ({ row }) => !result.findings.some((one) => one.rule === 'unread' && one.row === row),
    );
    return this.judge(mode, day, { ...result, findings: [...unheard, ...result.findings] });
  }

  /**
   * Takes what Stripe says of each account. One that fails is a finding, and stops no other.
   * @throws {DomainError} `dependency_unavailable`, `rate_limited`, when all were looked at: Stripe was not to be reached for some.
   */
  private async lookAt(mode: Mode, accounts: readonly string[]): Promise<Finding[]> {
    const failed: Finding[] = [];
    let outage: unknown = null;
    for (const account of accounts) {
      const error = await this.look(mode, account);
      if (error === null) continue;
      if (isOutage(error)) outage ??= error;
      else failed.push(unread(account, String(error)));
    }
    if (outage !== null) throw outage;
    return failed;
  }

  /** What it failed with every time; null when it did not. An account whose money moves while it is read is read again. */
  private async look(mode: Mode, account: string): Promise<unknown> {
    let error: unknown = null;
    for (let look = 1; look <= LOOKS_MAX; look++) {
      error = await this.reader.look(mode, account).then(() => null, (failure: unknown) => failure); // prettier-ignore
      if (error === null) return null;
    }
    return error;
  }

  private async statementOf(mode: Mode): Promise<Statement> {
    return found(await asking(this.statements.read(mode)), `the statement of mode ${mode}`);
  }

  /** What Stripe takes for its service is in nobody's hands but ours: an expense. Answers how many it booked. */
  private async bookCosts(mode: Mode, rows: readonly StripeRow[]): Promise<number> {
    const costs = rows.filter(({ type, source }) => COSTS.includes(type) && source === null);
    let booked = 0;
    for (const { id, net } of costs) {
      if (!(await this.unitOfWork.run((tx) => this.books.cost(tx, mode, id, -net)))) continue;
      this.at('reconcile.cost.after_commit');
      booked++;
    }
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
      this.at('reconcile.judge.before_commit');
    });
    this.at('reconcile.judge.after_commit');
    return result;
  }
}

/** Balance transactions by which Stripe charges for itself. */
const COSTS = ['stripe_fee', 'stripe_fx_fee', 'network_cost'];

const isBalance = ({ rule }: Finding): boolean => rule === 'balance';

/** Whether Stripe did not answer, as against: it answered that we may not. The first passes. */
const isOutage = (error: unknown): boolean =>
  error instanceof DomainError &&
  ['dependency_unavailable', 'rate_limited'].includes(error.code) &&
  !(error.cause instanceof Stripe.errors.StripePermissionError);

const asText = ({ difference, ...rest }: Finding) => ({ ...rest, difference: formatAmount(difference) });

function inWords(findings: readonly Finding[]): string {
  const named = findings
    .slice(0, NAMED_MAX)
    .map(({ rule, row, difference, detail }) => `${rule} ${row} ${formatAmount(difference)}: ${detail}`);
  const rest = findings.length - named.length;
  return [...named, ...(rest > 0 ? [`and ${rest} more`] : [])].join('\n');
}

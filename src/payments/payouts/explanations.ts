import { Inject, Injectable } from '@nestjs/common';
import type { Mode } from '@groundtruth/sdk/protocol';
import { Clock } from '../../kernel/clock.js';
import { LedgerService, transferId, type AccountKey } from '../../ledger/index.js';
import { sqlOne, UnitOfWork, type Tx } from '../../platform/database/index.js';
import { single } from '../linked.js';
import { STRIPE, type StripeAccesses } from '../stripe/stripe.access.js';
import { cardAccountsOf } from './card.accounts.js';
import { reconcile, type Statement } from './reconcile.rules.js';
import { ReconciliationStatement } from './reconciliation.statement.js';

/** What an unexplained sum was: `owner`, what the platform took out or put in of its own; `cost`, what Stripe charged; `loss`, what is gone. */
export const EXPLANATION_KINDS = ['owner', 'cost', 'loss'] as const;
export type ExplanationKind = (typeof EXPLANATION_KINDS)[number];

/** What an operator says about a row that did not match. */
export interface ExplanationRequest {
  readonly mode: Mode;
  /** `txn_…`: a balance transaction of our Stripe account, or the reference of a ledger row that Stripe does not show. */
  readonly reference: string;
  readonly kind: ExplanationKind;
  /** 1 to 500 characters. */
  readonly words: string;
}

export interface Explanation extends ExplanationRequest {
  readonly transfer_id: string;
  /** By how much our balance in the ledger was corrected, in micros. */
  readonly change: bigint;
}

/** Rules whose findings are a single row of one side, so that one transfer can put the other right. */
const CORRECTABLE = ['not_in_ledger', 'amount', 'not_at_stripe'];

/** Puts the ledger right by what an operator knows and no program could: once for each row, with the words kept. */
@Injectable()
export class Explanations {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly ledger: LedgerService,
    private readonly statements: ReconciliationStatement,
    private readonly clock: Clock,
    @Inject(STRIPE) private readonly access: StripeAccesses,
  ) {}

  /**
   * Books the difference of the row against what it was. Repeatable: the first explanation counts, and is answered again. Null when there is
   * nothing to explain: no such row, it matches, or it is too young to be missed. A stop stays until an operator lifts it. Network.
   */
  async explain(request: ExplanationRequest): Promise<Explanation | null> {
    const { mode, reference } = request;
    const before = await this.unitOfWork.run((tx) => this.of(tx, mode, reference));
    if (before || this.access[mode] === null) return before;
    const statement = await this.statements.read(mode);
    const change = statement && differenceOf(statement, reference);
    return change ? this.unitOfWork.run((tx) => this.book(tx, request, change)) : null;
  }

  private async book(tx: Tx, request: ExplanationRequest, change: bigint): Promise<Explanation> {
    const { mode, reference, kind, words } = request;
    const transfer_id = transferId(reference, 'explained');
    const row = [mode, reference, transfer_id, change, kind, words, new Date(this.clock.now())];
    const text = `INSERT INTO reconciliation_explanation (mode, reference, transfer_id, change, kind, words, created_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (mode, reference) DO NOTHING RETURNING reference`;
    if ((await sqlOne<{ reference: string }>(tx, text, row)) === null) return (await this.of(tx, mode, reference))!;
    const platform = cardAccountsOf(mode).platform();
    const ours = await this.ledger.account(tx, platform);
    const other = await this.ledger.account(tx, { ...platform, code: COUNTERPARTS[kind] });
    const [debit, credit] = change > 0n ? [ours, other] : [other, ours];
    const correction = single(transfer_id, debit, credit, change > 0n ? change : -change);
    await this.ledger.postOrThrow(tx, [{ ...correction, code: 'correction', reference }]);
    return { ...request, transfer_id, change };
  }

  private of(tx: Tx, mode: Mode, reference: string): Promise<Explanation | null> {
    const text = `SELECT mode, reference, kind, words, transfer_id, change FROM reconciliation_explanation WHERE mode = $1 AND reference = $2`;
    return sqlOne<Explanation & Record<string, unknown>>(tx, text, [mode, reference]);
  }
}

const COUNTERPARTS = { owner: 'fees', cost: 'rail_costs', loss: 'platform_losses' } as const satisfies Record<
  ExplanationKind,
  AccountKey['code']
>;

/** What our balance in the ledger is short of by this row, in micros; null when nothing of it is unexplained. */
function differenceOf(statement: Statement, reference: string): bigint | null {
  const row = statement.stripe.find(({ id }) => id === reference);
  const key = row ? (row.source ?? row.id) : reference;
  const { findings } = reconcile(statement);
  const finding = findings.find((one) => one.row === key && CORRECTABLE.includes(one.rule));
  return finding && finding.difference !== 0n && (row || finding.rule === 'not_at_stripe') ? finding.difference : null;
}

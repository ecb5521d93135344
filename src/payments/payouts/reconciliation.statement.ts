import { Inject, Injectable } from '@nestjs/common';
import type { Mode } from '@groundtruth/sdk/protocol';
import type Stripe from 'stripe';
import { Clock, seconds, type Instant } from '../../kernel/clock.js';
import { LedgerService, type AccountKey } from '../../ledger/index.js';
import { sql, UnitOfWork, type Tx } from '../../platform/database/index.js';
import { microsOf } from '../stripe/cents.js';
import { STRIPE, type StripeAccesses } from '../stripe/stripe.access.js';
import { transferSeen } from './account.snapshot.js';
import { cardAccountsOf } from './card.accounts.js';
import type { PayoutRow, RecipientRow } from './payout.entity.js';
import { PayoutsRepository } from './payouts.repository.js';
import { RecipientsRepository } from './recipients.repository.js';
import type { Holding, LedgerRow, PayoutPair, Statement, StripeRow } from './reconcile.rules.js';

const PAGE = 100;
/** What Stripe shows may be on its way into the ledger for that long: webhooks come in minutes, and an hour later we look ourselves. */
const YOUNG_S = 2 * 3_600;
/** Money moves while we read: then both sides are read again. */
const READS_MAX = 3;

interface Books {
  readonly at: Instant;
  readonly ledger: LedgerRow[];
  readonly platform: bigint;
  readonly payouts: PayoutRow[];
  readonly recipients: RecipientRow[];
}

/** Reads both sides of the card rail for a comparison. Changes nothing. Reads every balance transaction there is: a job for the night. */
@Injectable()
export class ReconciliationStatement {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly ledger: LedgerService,
    private readonly payouts: PayoutsRepository,
    private readonly recipients: RecipientsRepository,
    private readonly clock: Clock,
    @Inject(STRIPE) private readonly access: StripeAccesses,
  ) {}

  /** Null where the mode takes no cards. The books first, so that whatever Stripe shows more is younger. Network. */
  async read(mode: Mode): Promise<Statement | null> {
    const stripe = this.access[mode]?.stripe;
    if (!stripe) return null;
    const books = await this.unitOfWork.run((tx) => this.books(tx, mode), { isolation: 'REPEATABLE READ' });
    const settled_before = books.at - seconds(YOUNG_S);
    const { rows, balance } = await stripeSide(stripe);
    const holdings: Holding[] = [{ of: 'platform', stripe: balance, books: books.platform }];
    for (const recipient of books.recipients) holdings.push(await this.holding(stripe, recipient));
    const payouts = await payoutPairs(stripe, books.payouts, settled_before);
    return { stripe: rows, ledger: books.ledger, holdings, payouts, settled_before };
  }

  private async books(tx: Tx, mode: Mode): Promise<Books> {
    const platform = cardAccountsOf(mode).platform();
    const { posted } = await this.ledger.balance(tx, platform);
    const ledger = await sql<LedgerRow & Record<string, unknown>>(tx, ROWS, [platform.ledger, platform.owner]);
    const payouts = await this.payouts.all(tx, mode);
    const recipients = await this.recipients.all(tx, mode);
    return { at: this.clock.now(), ledger, platform: posted, payouts, recipients };
  }

  /** What Stripe holds for one contributor, on the account or on the way to the bank, and what the books have in transit. */
  private async holding(stripe: Stripe, { mode, account, contributor_id }: RecipientRow): Promise<Holding> {
    const of = account!;
    const inTransit: AccountKey = cardAccountsOf(mode).inTransit(contributor_id);
    for (let read = 1; ; read++) {
      const books = await this.unitOfWork.run((tx) => this.ledger.balance(tx, inTransit));
      const there = totalOf(await stripe.balance.retrieve({}, { stripeAccount: of })) + (await onTheWay(stripe, of));
      if (there === books.posted || read === READS_MAX) return { of, stripe: there, books: books.posted };
    }
  }
}

const ROWS = `
  SELECT t.id::text AS id, CASE WHEN t.debit = a.id THEN t.amount ELSE -t.amount END AS change, t.reference, t.created_at
    FROM ledger_account a JOIN ledger_transfer t ON a.id IN (t.debit, t.credit)
   WHERE a.ledger = $1 AND a.code = 2 AND a.owner = $2 AND t.kind IN (0, 2) ORDER BY t.seq`;

/** All that changed our balance at Stripe, and the balance: read until nothing moved meanwhile. */
async function stripeSide(stripe: Stripe): Promise<{ rows: StripeRow[]; balance: bigint }> {
  for (let read = 1; ; read++) {
    const before = totalOf(await stripe.balance.retrieve());
    const rows: StripeRow[] = [];
    for await (const { id, source, type, net, created } of stripe.balanceTransactions.list({ limit: PAGE }))
      rows.push({
        id,
        source: typeof source === 'string' ? source : (source?.id ?? null),
        type,
        net: microsOf(net),
        created_at: created * 1000,
      });
    const balance = totalOf(await stripe.balance.retrieve());
    if (before === balance || read === READS_MAX) return { rows, balance };
  }
}

function totalOf({ available, pending }: Stripe.Balance): bigint {
  return microsOf([...available, ...pending].reduce((sum, { amount }) => sum + amount, 0));
}

async function onTheWay(stripe: Stripe, account: string): Promise<bigint> {
  let cents = 0;
  for (const status of ['pending', 'in_transit'])
    for await (const { amount } of stripe.payouts.list({ status, limit: PAGE }, { stripeAccount: account }))
      cents += amount;
  return microsOf(cents);
}

/** Every payout with the Transfers that name it; those that name one we do not have are pairs of their own. */
async function payoutPairs(stripe: Stripe, payouts: readonly PayoutRow[], young_from: Instant): Promise<PayoutPair[]> {
  const pairs = new Map<string, PayoutPair & { stripe: PayoutPair['stripe'][number][]; is_young: boolean }>();
  for (const { id, account, amount, reversed, transfer } of payouts)
    pairs.set(id, { payout: id, is_young: false, ours: { account, amount, reversed, transfer }, stripe: [] });
  for await (const transfer of stripe.transfers.list({ limit: PAGE })) {
    const { id, payout_id, account, amount } = transferSeen(transfer);
    if (payout_id === null) continue; // Not a payout's: its balance transaction has to be in the ledger.
    const pair = pairs.get(payout_id) ?? { payout: payout_id, is_young: false, ours: null, stripe: [] };
    const changed = Math.max(transfer.created, ...transfer.reversals.data.map(({ created }) => created)) * 1000;
    pair.stripe.push({ id, account, amount, reversed: microsOf(transfer.amount_reversed) });
    pairs.set(payout_id, { ...pair, is_young: pair.is_young || changed >= young_from });
  }
  return [...pairs.values()];
}

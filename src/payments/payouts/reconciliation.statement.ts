import { Inject, Injectable } from '@nestjs/common';
import type { Mode } from '@groundtruth/sdk/protocol';
import type Stripe from 'stripe';
import { Clock, seconds, type Instant } from '../../kernel/clock.js';
import { LedgerService } from '../../ledger/index.js';
import { sql, UnitOfWork, type Tx } from '../../platform/database/index.js';
import { CURRENCY, microsOf } from '../stripe/cents.js';
import { STRIPE, type StripeAccesses } from '../stripe/stripe.access.js';
import { failureOf } from '../stripe/stripe.problems.js';
import { isOutOfReach, transferSeen } from './account.snapshot.js';
import { cardAccountsOf } from './card.accounts.js';
import type { PayoutRow, RecipientRow } from './payout.entity.js';
import { PayoutsRepository } from './payouts.repository.js';
import { RecipientsRepository } from './recipients.repository.js';
import { PLATFORM, type Finding, type Holding, type LedgerRow, type PayoutPair, type Statement } from './reconcile.rules.js'; // prettier-ignore
import { dollarsOf, foreignIn, heldFor, platformSide } from './stripe.holdings.js';

const PAGE = 100;
/** What Stripe shows may be on its way into the ledger for that long: webhooks come in minutes, and an hour later we look ourselves. */
const YOUNG_S = 2 * 3_600;
/** Stripe dates a payout’s arrival by the day. */
const ARRIVAL_S = 86_400;
/** Money moves while we read: then both sides are read again. */
const READS_MAX = 3;

interface Books {
  readonly at: Instant;
  readonly ledger: LedgerRow[];
  readonly platform: bigint;
  readonly payouts: PayoutRow[];
  readonly recipients: RecipientRow[];
}
type Side = Pick<Statement, 'holdings' | 'incomparable'>;

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
    const { rows, balance, foreign } = await platformSide(stripe);
    const sides: Side[] = [
      {
        holdings: [{ of: PLATFORM, stripe: dollarsOf(balance), books: books.platform, flying: 0n }],
        incomparable: [...foreign, ...foreignIn(balance, PLATFORM)],
      },
    ];
    for (const recipient of books.recipients) sides.push(await this.side(stripe, recipient, settled_before));
    const payouts = await payoutPairs(stripe, books.payouts, settled_before);
    const holdings = sides.flatMap((side) => side.holdings);
    const incomparable = sides.flatMap((side) => side.incomparable);
    return { stripe: rows, ledger: books.ledger, holdings, payouts, incomparable, settled_before };
  }

  private async books(tx: Tx, mode: Mode): Promise<Books> {
    const platform = cardAccountsOf(mode).platform();
    const { posted } = await this.ledger.balance(tx, platform);
    const ledger = await sql<LedgerRow & Record<string, unknown>>(tx, ROWS, [platform.ledger, platform.owner]);
    const payouts = await this.payouts.all(tx, mode);
    const recipients = await this.recipients.all(tx, mode);
    return { at: this.clock.now(), ledger, platform: posted, payouts, recipients };
  }

  /** What Stripe holds for one contributor, and what the books have in transit. One account that cannot be read spoils no other. */
  private async side(stripe: Stripe, recipient: RecipientRow, young_from: Instant): Promise<Side> {
    const of = recipient.account!;
    // Stripe closes an account when nothing is left on it, and shows nothing of it from then on.
    const closed = async () => [{ of, stripe: 0n, books: await this.inTransit(recipient), flying: 0n }];
    if (recipient.state === 'closed') return { holdings: await closed(), incomparable: [] };
    try {
      return await this.holding(stripe, recipient, young_from);
    } catch (error) {
      if (!isRefused(error)) throw error;
      const isClosed = await closedAt(stripe, of);
      return isClosed ? { holdings: await closed(), incomparable: [] } : { holdings: [], incomparable: [unread(of)] };
    }
  }

  private async holding(stripe: Stripe, recipient: RecipientRow, young_from: Instant): Promise<Side> {
    const of = recipient.account!;
    for (let read = 1; ; read++) {
      const books = await this.inTransit(recipient);
      const { cents, foreign } = await heldFor(stripe, of);
      if (foreign.length > 0) return { holdings: [], incomparable: foreign };
      const held = microsOf(cents);
      const flying = held === books ? 0n : await this.arriving(stripe, of, young_from);
      if (held === books + flying || read === READS_MAX)
        return { holdings: [{ of, stripe: held, books, flying } satisfies Holding], incomparable: [] };
    }
  }

  /** Of what has arrived at the bank lately, what the books have not heard of yet; negative, for Stripe does not hold it any more. */
  private async arriving(stripe: Stripe, of: string, young_from: Instant): Promise<bigint> {
    const { data } = await stripe.payouts.list({ status: 'paid', limit: PAGE }, { stripeAccount: of });
    const young = data.filter(
      ({ amount, currency, arrival_date }) =>
        currency === CURRENCY && amount > 0 && arrival_date * 1000 >= young_from - seconds(ARRIVAL_S),
    );
    const booked = await this.unitOfWork.run((tx) => this.payouts.bookedBankPayouts(tx, young.map(({ id }) => id))); // prettier-ignore
    const cents = young.filter(({ id }) => !booked.has(id)).reduce((sum, { amount }) => sum + amount, 0);
    return microsOf(-cents);
  }

  private async inTransit({ mode, contributor_id }: RecipientRow): Promise<bigint> {
    const key = cardAccountsOf(mode).inTransit(contributor_id);
    return (await this.unitOfWork.run((tx) => this.ledger.balance(tx, key))).posted;
  }
}

const ROWS = `
  SELECT t.id::text AS id, CASE WHEN t.debit = a.id THEN t.amount ELSE -t.amount END AS change, t.reference, t.created_at
    FROM ledger_account a JOIN ledger_transfer t ON a.id IN (t.debit, t.credit)
   WHERE a.ledger = $1 AND a.code = 2 AND a.owner = $2 AND t.kind IN (0, 2) ORDER BY t.seq`;

/** Whether Stripe answered no, as against: it did not answer. */
const isRefused = (error: unknown): boolean => isOutOfReach(error) || failureOf(error)?.kind === 'refused';

/** Of one that we may not act for: whether that is because it is closed. */
async function closedAt(stripe: Stripe, account: string): Promise<boolean> {
  try {
    return (await stripe.v2.core.accounts.retrieve(account)).closed ?? false;
  } catch (error) {
    if (isRefused(error)) return false;
    throw error;
  }
}

/** That one account could not be read, so that nobody knows what Stripe holds for it. */
export const unread = (account: string, why = 'Stripe does not let us act for this account'): Finding => ({
  rule: 'unread',
  row: account,
  difference: 0n,
  detail: why,
});

/** Every payout with the Transfers that name it; those that name one we do not have are pairs of their own. */
async function payoutPairs(stripe: Stripe, payouts: readonly PayoutRow[], young_from: Instant): Promise<PayoutPair[]> {
  const pairs = new Map<string, PayoutPair & { stripe: PayoutPair['stripe'][number][]; is_young: boolean }>();
  for (const { id, account, amount, reversed, transfer, state, created_at } of payouts) {
    const is_planned = state === 'planned';
    const is_young = is_planned && created_at >= young_from;
    pairs.set(id, { payout: id, is_young, ours: { account, amount, reversed, transfer, is_planned }, stripe: [] });
  }
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

import type { Stripe } from 'stripe';
import { type Deadline, entry, setCapability, setRequirements } from '../resources/account-state.js';
import { account, closeAccount } from '../resources/accounts.js';
import { book, currencyOf } from '../money/bookings.js';
import type { AccountFacts } from '../state/tables.js';
import { newId, now_s, type World } from '../state/world.js';
import { record } from '../webhooks/events.js';

const FIRST_PAYOUT_AFTER_S = 86_400;

export interface Verified {
  readonly given_name?: string;
  readonly surname?: string;
  readonly country?: string;
}

/** What the owner of a connected account and Stripe's reviewers do. */
export interface AccountControl {
  /**
   * The owner gives all that was asked and a bank account: transfers become possible, daily payouts begin a day later. `as`: the name that
   * Stripe verified, and the country where it is another than was asked for; by default Jenny Rosen.
   */
  onboard(id: string, as?: Verified): void;
  /** Something more is asked. `past_due` restricts transfers at once; the other deadlines do not. */
  require(id: string, description: string, deadline: Deadline): void;
  /** The owner gives all that is asked. */
  fulfil(id: string): void;
  /** Stripe stops transfers for a reason of its own. `fulfil` or `onboard` end it. */
  restrict(id: string): void;
  /** Stripe refuses the account for good. */
  reject(id: string): void;
  /** Throws while the balance is not zero. */
  close(id: string): void;
  /** A new bank account; payouts that were paused after a failure go on. */
  replaceBankAccount(id: string): void;
  setPayoutSchedule(id: string, schedule: 'daily' | 'manual'): void;
  /** From now on its balance, payments and payouts are in another currency, such as `eur`; cents are converted one for one. Throws once it had money. */
  convert(id: string, currency: string): void;
  /** Stripe takes cents from it, also what it does not have: the next daily payout takes that from its bank. */
  debit(id: string, cents: number): void;
}

export function accountControl(world: World, change: <T>(work: () => T) => T): AccountControl {
  const facts = (id: string, news: Partial<AccountFacts>): void => {
    world.store.put('account_facts', id, { ...world.store.must('account_facts', id), ...news });
  };
  const bank = (id: string, event: string): void => {
    const object = newBankAccount(world, id);
    facts(id, { bank_account: object.id, payouts_paused: false, next_payout_at: now_s(world) + FIRST_PAYOUT_AFTER_S });
    record(world, event, object, { owner: id });
  };
  return {
    onboard: (id, { given_name = 'Jenny', surname = 'Rosen', country } = {}) =>
      change(() => {
        const { identity, ...rest } = account(world, id);
        const verified = { ...identity, individual: { given_name, surname }, ...(country ? { country } : {}) };
        const before = world.store.put('accounts', id, { ...rest, identity: verified as typeof identity });
        if (world.store.must('account_facts', id).bank_account === null) bank(id, 'account.external_account.created');
        setRequirements(world, before, []);
      }),
    require: (id, description, deadline) =>
      change(() => {
        const before = account(world, id);
        const asked = entry(description, deadline, 'routine_verification');
        setRequirements(world, before, [...(before.requirements?.entries ?? []), asked]);
      }),
    fulfil: (id) => change(() => void setRequirements(world, account(world, id), [])),
    restrict: (id) => change(() => void setCapability(world, account(world, id), 'restricted', 'restricted_other')),
    reject: (id) => change(() => void setCapability(world, account(world, id), 'rejected', 'rejected_other')),
    close: (id) => change(() => void closeAccount(world, account(world, id))),
    replaceBankAccount: (id) => change(() => bank(id, 'account.external_account.updated')),
    setPayoutSchedule: (id, payout_schedule) => change(() => facts(id, { payout_schedule })),
    convert: (id, currency) =>
      change(() => {
        if (world.store.all('balance_transactions', id).length > 0) throw new Error(`${id} has had money in usd`);
        facts(id, { currency });
      }),
    debit: (id, cents) =>
      change(() => {
        facts(id, { was_debited: true });
        book(world, id, { type: 'stripe_fee', reporting_category: 'fee', amount: -cents, source: null });
      }),
  };
}

function newBankAccount(world: World, account: string): Stripe.BankAccount {
  return {
    id: newId(world, 'ba'),
    object: 'bank_account',
    account,
    account_holder_name: null,
    account_holder_type: null,
    account_type: null,
    bank_name: 'STRIPE TEST BANK',
    country: 'US',
    currency: currencyOf(world, account),
    default_for_currency: true,
    fingerprint: null,
    last4: '6789',
    metadata: {},
    routing_number: '110000000',
    status: 'new',
  };
}

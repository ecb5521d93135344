import { Injectable } from '@nestjs/common';
import type { Mode } from '@groundtruth/sdk/protocol';
import { Clock, seconds, type Instant } from '../../kernel/clock.js';
import type { Tx } from '../../platform/database/index.js';
import type { AccountSnapshot, BankPayoutSeen, TransferSeen } from './account.snapshot.js';
import { PayoutBooks } from './payout.books.js';
import type { BankPayoutRow, PayoutRow, RecipientRow } from './payout.entity.js';
import { PayoutsRepository } from './payouts.repository.js';
import { eventOf } from './recipient.machine.js';
import { RecipientsRepository } from './recipients.repository.js';
import { Reversals } from './reversals.js';

/** Between two looks at an account about which no event came: while something waits for its owner or a bank, and else. */
const LOOK_SOON_S = 3_600;
const LOOK_LATE_S = 86_400;

/**
 * Takes what Stripe says of an account into our rows and books. Repeatable and monotone: snapshots may come late, twice or in any order, and
 * an older one changes nothing that a newer one has settled. The same for a webhook, the answer to a Transfer, and a look of our own.
 */
@Injectable()
export class AccountSync {
  constructor(
    private readonly recipients: RecipientsRepository,
    private readonly payouts: PayoutsRepository,
    private readonly books: PayoutBooks,
    private readonly reversals: Reversals,
    private readonly clock: Clock,
  ) {}

  /**
   * Joins the caller's transaction. What puts money in transit comes before what takes it out, so that no order of events overdraws.
   * @throws {DomainError} `insufficient_funds` when the snapshot was taken while money moved: read the account again.
   */
  async apply(tx: Tx, mode: Mode, seen: AccountSnapshot): Promise<void> {
    const recipient = await this.recipients.lockAccount(tx, mode, seen.account);
    if (!recipient) return; // Not an account of ours: its money, if there is any, shows in the reconciliation.
    for (const transfer of seen.transfers) await this.sent(tx, transfer);
    const changed: { bank: BankPayoutRow; seen: BankPayoutSeen }[] = [];
    for (const one of seen.bank_payouts) {
      const bank = await this.note(tx, recipient, one);
      if (bank) changed.push({ bank, seen: one });
    }
    const { contributor_id } = recipient;
    for (const { bank } of changed)
      if (bank.is_booked && isBack(bank)) await this.books.bounce(tx, bank, contributor_id);
    for (const { bank } of changed) if (hasArrived(bank) && !bank.is_booked) await this.books.arrive(tx, bank, contributor_id); // prettier-ignore
    let { bank_refused } = recipient;
    for (const { bank, seen: one } of changed) {
      await this.payouts.saveBankPayout(tx, { ...bank, is_booked: hasArrived(bank) });
      await this.carried(tx, bank, one.failure);
      if (hasArrived(bank)) bank_refused = false;
      if (bank.status === 'failed') bank_refused = true;
    }
    if (bank_refused && isBankNewer(seen)) bank_refused = false;
    for (const transfer of seen.transfers) await this.cameBack(tx, transfer);
    if (await this.books.isAllThrough(tx, mode, contributor_id))
      await this.payouts.arriveAll(tx, recipient.id, this.clock.now());
    await this.settleState(tx, { ...recipient, bank_refused }, seen);
  }

  /** A Transfer by itself, as the answer to the call that made it. */
  async applyTransfer(tx: Tx, mode: Mode, transfer: TransferSeen): Promise<void> {
    if (!(await this.recipients.lockAccount(tx, mode, transfer.account))) return;
    await this.sent(tx, transfer);
    await this.cameBack(tx, transfer);
  }

  /** The owner named another bank account. */
  async newBank(tx: Tx, mode: Mode, account: string): Promise<void> {
    const recipient = await this.recipients.lockAccount(tx, mode, account);
    if (recipient) await this.recipients.note(tx, recipient.id, recipient.requirements, false);
  }

  private async sent(tx: Tx, transfer: TransferSeen): Promise<void> {
    const payout = transfer.payout_id === null ? null : await this.payouts.lock(tx, transfer.payout_id);
    // A Transfer that is not what we asked for is not booked: the reconciliation finds it and stops payouts.
    if (!payout || payout.transfer !== null || !isOf(payout, transfer)) return;
    const now = this.clock.now();
    const { id, destination_payment } = transfer;
    const set = { transfer: id, destination_payment, sent_at: new Date(now) };
    const moved = await this.payouts.advance(tx, payout.id, 'send', now, set);
    if (moved?.from === 'planned') await this.books.send(tx, payout, id);
    else if (moved) await this.books.sendAfterAll(tx, payout, id);
  }

  /** Null when nothing about it is new. */
  private async note(tx: Tx, { mode, account }: RecipientRow, seen: BankPayoutSeen): Promise<BankPayoutRow | null> {
    const before = await this.payouts.bankPayout(tx, seen.id);
    if (before && (before.status === seen.status || isBack(before))) return null;
    if (before?.status === 'paid' && !isBack(seen)) return null;
    const { id, amount, status, created_at } = seen;
    const sources = before?.sources ?? seen.sources ?? [];
    const row = {
      id,
      mode,
      account: account!,
      amount,
      status,
      sources,
      created_at,
      is_booked: before?.is_booked ?? false,
    };
    await this.payouts.saveBankPayout(tx, row);
    return row;
  }

  /** What becomes of our payouts that a payout to a bank carries. */
  private async carried(tx: Tx, bank: BankPayoutRow, failure: string | null): Promise<void> {
    const now = this.clock.now();
    for (const payout of await this.payouts.carriedBy(tx, bank.id)) {
      if (isBack(bank)) {
        if (payout.bank_payout !== bank.id && payout.bank_payout !== null) continue; // Another one carries it by now.
        const moved = await this.payouts.advance(tx, payout.id, 'bounce', now, {
          bank_payout: bank.id,
          reason: failure,
        });
        if (moved) await this.reversals.ask(tx, payout, bank.id);
        continue;
      }
      await this.payouts.setBankPayout(tx, [payout.id], bank.id);
      if (bank.status === 'paid')
        await this.payouts.advance(tx, payout.id, 'arrive', now, { arrived_at: new Date(now) });
    }
  }

  private async cameBack(tx: Tx, { id, reversals }: TransferSeen): Promise<void> {
    for (const reversal of reversals) await this.reversals.take(tx, id, reversal);
  }

  private async settleState(tx: Tx, recipient: RecipientRow, seen: AccountSnapshot): Promise<void> {
    const { id, state, bank_refused } = recipient;
    const now = this.clock.now();
    const { is_closed, capability, requirements, owner } = seen;
    await this.recipients.note(tx, id, requirements, bank_refused);
    if (owner) await this.recipients.setOwner(tx, id, owner);
    const event = eventOf(state, { is_closed, capability, bank_refused });
    if (event) await this.recipients.advance(tx, id, event, now);
    const waits =
      event === 'restrict' || (event === null && state !== 'enabled') || (await this.payouts.isUnderway(tx, id));
    await this.recipients.lookAgain(tx, id, lookAfter(now, waits));
  }
}

/** A negative one takes from a bank what its account owes Stripe. That debt is in nobody's books here, so neither is what settles it. */
const hasArrived = ({ status, amount }: Pick<BankPayoutRow, 'status' | 'amount'>): boolean =>
  status === 'paid' && amount > 0n;

const isBack = ({ status }: Pick<BankPayoutRow, 'status'>): boolean => status === 'failed' || status === 'canceled';

/** Whether the owner has named another bank account since the newest payout that a bank sent back was made. */
function isBankNewer({ bank_named_at, bank_payouts }: AccountSnapshot): boolean {
  const refused = bank_payouts.filter(({ status }) => status === 'failed');
  return bank_named_at !== null && refused.every(({ created_at }) => created_at < bank_named_at);
}

const isOf = (payout: PayoutRow, { account, amount }: TransferSeen): boolean =>
  payout.account === account && payout.amount === amount;

const lookAfter = (now: Instant, waits: boolean): Instant => now + seconds(waits ? LOOK_SOON_S : LOOK_LATE_S);

import { Inject, Injectable, Optional } from '@nestjs/common';
import { MODES, type Mode } from '@groundtruth/sdk/protocol';
import type Stripe from 'stripe';
import { Clock, seconds } from '../../kernel/clock.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { CARD_FAILPOINT, passCardFailpoint, type CardFailpoints } from '../stripe/card.failpoints.js';
import { asking } from '../stripe/stripe.problems.js';
import { STRIPE, type StripeAccesses } from '../stripe/stripe.access.js';
import { readAccount, type AccountSnapshot } from './account.snapshot.js';
import { AccountSync } from './account.sync.js';
import { PayoutsRepository } from './payouts.repository.js';
import { RecipientsRepository } from './recipients.repository.js';

const WIDTH = 20;
const ROUNDS_MAX = 50;
/** Whoever took an account up and died has it looked at again by somebody else after that. */
const LEASE_S = 600;

/** Asks Stripe about contributors’ accounts: when an event is about one, and by the clock, should its events be lost. */
@Injectable()
export class AccountReader {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly recipients: RecipientsRepository,
    private readonly payouts: PayoutsRepository,
    private readonly sync: AccountSync,
    private readonly clock: Clock,
    @Inject(STRIPE) private readonly access: StripeAccesses,
    @Optional() @Inject(CARD_FAILPOINT) private readonly at: CardFailpoints = passCardFailpoint,
  ) {}

  /**
   * Looks at every account that is due. Any number of processes may; one that fails stops no other, and is due again when its lease is over.
   * @throws {DomainError} what the first of them failed with, when all have been looked at.
   */
  async pass(): Promise<void> {
    const failures: unknown[] = [];
    await this.lookAtDue((error) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  }

  private async lookAtDue(failed: (error: unknown) => void): Promise<void> {
    const modes = MODES.filter((mode) => this.access[mode] !== null);
    if (modes.length === 0) return;
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const now = this.clock.now();
      const lease = now + seconds(LEASE_S);
      const due = await this.unitOfWork.run((tx) => this.recipients.claimDue(tx, modes, now, lease, WIDTH));
      if (due.length > 0) this.at('account.claim.after_commit');
      for (const { mode, account } of due) await this.look(mode, account!).catch(failed);
      if (due.length < WIDTH) return;
    }
  }

  /** Reads one account and takes what it says. Repeatable. @throws {DomainError} `dependency_unavailable`. */
  async look(mode: Mode, account: string): Promise<void> {
    const { stripe } = this.access[mode]!;
    this.at('account.read.before');
    const seen = await asking(readAccount(stripe, account, (ids) => this.known(ids)));
    this.at('account.read.after');
    await this.unitOfWork.run(async (tx) => {
      await this.sync.apply(tx, mode, seen);
      this.at('account.apply.before_commit');
    });
    this.at('account.apply.after_commit');
  }

  /** Null for an account that is nobody's here, such as our own. Network, changes nothing. */
  async read(stripe: Stripe, mode: Mode, account: string | null): Promise<AccountSnapshot | null> {
    if (account === null) return null;
    const ours = await this.unitOfWork.run((tx) => this.recipients.isOurs(tx, mode, account));
    return ours ? readAccount(stripe, account, (ids) => this.known(ids)) : null;
  }

  private known(ids: readonly string[]): Promise<ReadonlySet<string>> {
    return this.unitOfWork.run((tx) => this.payouts.knownBankPayouts(tx, ids));
  }
}

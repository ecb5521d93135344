import { Inject, Injectable, Optional } from '@nestjs/common';
import {
  formatAmount,
  toWireTime,
  type CardPayoutAccount,
  type CreateCardPayoutAccount,
  type Mode,
} from '@groundtruth/sdk/protocol';
import type Stripe from 'stripe';
import { Clock } from '../../kernel/clock.js';
import { deriveId } from '../../kernel/ids.js';
import { DomainError, found } from '../../kernel/problem.js';
import type { Principal } from '../../identity/index.js';
import { CONFIG, type Config } from '../../platform/config/index.js';
import { UnitOfWork, type Command, type Tx } from '../../platform/database/index.js';
import { PolicyGate } from '../../policy/index.js';
import { CARD_FAILPOINT, passCardFailpoint, type CardFailpoints } from '../stripe/card.failpoints.js';
import { STRIPE, type StripeAccesses } from '../stripe/stripe.access.js';
import { asking } from '../stripe/stripe.problems.js';
import { AccountReader } from './account.reader.js';
import { batchDay, matureOf, nextBatchAt } from './batch.rules.js';
import { EarningsRepository } from './earnings.repository.js';
import { PayoutBatch } from './payout.batch.js';
import { PayoutBooks } from './payout.books.js';
import type { RecipientRow } from './payout.entity.js';
import { RecipientsRepository } from './recipients.repository.js';

type Link = CardPayoutAccount['link'];

/** Stripe accounts of contributors: opened, finished at Stripe by a link, and shown with what is still asked for. */
@Injectable()
export class RecipientsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly recipients: RecipientsRepository,
    private readonly earnings: EarningsRepository,
    private readonly batch: PayoutBatch,
    private readonly books: PayoutBooks,
    private readonly reader: AccountReader,
    private readonly policy: PolicyGate,
    private readonly clock: Clock,
    @Inject(STRIPE) private readonly access: StripeAccesses,
    @Inject(CONFIG) private readonly config: Config,
    @Optional() @Inject(CARD_FAILPOINT) private readonly at: CardFailpoints = passCardFailpoint,
  ) {}

  /**
   * Opens the caller's account, or finds it, and answers a fresh link to give Stripe what it asks for. A link lasts minutes: ask again with a
   * new key.
   * @throws {DomainError} `payment_refused`, `payout_country_unsupported`, `policy_refused`, `policy_held`, `payout_account_closed`, `dependency_unavailable`.
   */
  async open(command: Command, caller: Principal, body: CreateCardPayoutAccount) {
    const { mode } = caller;
    const id = deriveId('payout_account', mode, caller.id);
    return this.unitOfWork.onceAfter(
      command,
      () => this.linked(caller, id, body),
      (tx, link) => this.view(tx, id, link),
    );
  }

  /** Makes what is missing of the account, and a link to it. May be repeated. */
  private async linked(caller: Principal, id: RecipientRow['id'], body: CreateCardPayoutAccount) {
    const access = this.access[caller.mode];
    if (!access) throw new DomainError('payment_refused', `this exchange pays to no banks in ${caller.mode} mode`);
    if (!this.config.CARD_PAYOUT_COUNTRIES.includes(body.country))
      throw new DomainError('payout_country_unsupported', `nobody is paid by bank in ${body.country}`, {
        param: 'country',
        hint: `Paid by bank: ${this.config.CARD_PAYOUT_COUNTRIES.join(', ')}. Bounties on the stablecoin rail pay to a wallet.`,
      });
    const { id: contributor_id, mode } = caller as Principal & { id: RecipientRow['contributor_id'] };
    await this.policy.check('payout', {
      id: contributor_id,
      mode,
      parties: [{ id: contributor_id, name: caller.name }],
    });
    const now = this.clock.now();
    const country = body.country;
    const row = await this.unitOfWork.run(async (tx) => {
      await this.recipients.insert(tx, { id, mode, contributor_id, country }, now);
      return found(await this.recipients.of(tx, mode, contributor_id), id);
    });
    this.at('recipient.row.after_commit');
    if (row.state === 'closed')
      throw new DomainError('payout_account_closed', 'the Stripe account is closed', {
        hint: 'Write to the operator: what you are owed stays yours.',
      });
    const account = row.account ?? (await this.create(access.stripe, row));
    await this.reader.look(mode, account);
    this.at('recipient.link.before');
    const link = await linkFor(access.stripe, account, body);
    this.at('recipient.link.after');
    return link;
  }

  /** Null while the caller has none. Its link is never shown again: ask for a new one. */
  async of(tx: Tx, mode: Mode, contributorId: string): Promise<CardPayoutAccount | null> {
    const row = await this.recipients.of(tx, mode, contributorId);
    return row && this.view(tx, row.id, null);
  }

  /** One account a contributor and mode, whoever asks how often: the key follows from both. */
  private async create(stripe: Stripe, { id, country }: RecipientRow): Promise<string> {
    const transfers = { stripe_balance: { stripe_transfers: { requested: true } } };
    this.at('recipient.create.before');
    const { id: account } = await asking(
      stripe.v2.core.accounts.create(
        {
          configuration: { recipient: { capabilities: transfers } },
          dashboard: 'express',
          defaults: {
            currency: 'usd',
            responsibilities: { fees_collector: 'application', losses_collector: 'application' },
          },
          identity: { country, entity_type: 'individual' },
          metadata: { payout_account_id: id },
        },
        { idempotencyKey: id },
      ),
    );
    this.at('recipient.create.after');
    await this.unitOfWork.run((tx) => this.recipients.setAccount(tx, id, account));
    this.at('recipient.stored.after_commit');
    return account;
  }

  private async view(tx: Tx, id: string, link: Link): Promise<CardPayoutAccount> {
    const row = found(await this.recipients.lock(tx, id), id);
    const { mode, contributor_id, state, country, bank_refused } = row;
    const now = this.clock.now();
    const earned = await this.earnings.of(tx, mode, contributor_id, now);
    const { CARD_PAYOUT_MIN: least, CARD_PAYOUT_HOUR: hour } = this.config;
    const waits_for: CardPayoutAccount['waits_for'] = await this.batch.brakes(tx, mode);
    if (state !== 'enabled') waits_for.unshift('account');
    const payoutId = deriveId('payout', mode, batchDay(now, hour), contributor_id);
    if ((await this.recipients.isHeld(tx, payoutId)) || !this.batch.paysTo(row)) waits_for.push('policy');
    const held = await this.earnings.held(tx, mode, contributor_id, now);
    if (held > 0n) waits_for.push('held');
    if (matureOf(earned) < least) waits_for.push(earned.available >= least + held ? 'maturity' : 'minimum');
    const asked = bank_refused
      ? [{ what: 'another bank account: yours sent a payout back', due: 'past' as const }]
      : [];
    return {
      rail: 'card',
      id: row.id,
      state,
      country,
      requirements: [...asked, ...row.requirements],
      link,
      mature: formatAmount(matureOf(earned)),
      maturing: formatAmount(earned.maturing < earned.available ? earned.maturing : earned.available),
      in_transit: formatAmount(await this.books.inTransit(tx, mode, contributor_id)),
      minimum: formatAmount(least),
      waits_for,
      next_batch_at: toWireTime(nextBatchAt(now, hour)),
      created_at: toWireTime(row.created_at),
    };
  }
}

async function linkFor(
  stripe: Stripe,
  account: string,
  { return_url, refresh_url = return_url }: CreateCardPayoutAccount,
) {
  const account_onboarding = { return_url, refresh_url };
  const use_case = { type: 'account_onboarding' as const, account_onboarding };
  const { url, expires_at } = await asking(stripe.v2.core.accountLinks.create({ account, use_case }));
  return { url, expires_at: toWireTime(Date.parse(expires_at)) };
}

import { Inject, Injectable } from '@nestjs/common';
import { formatAmount, type Quote } from '@groundtruth/sdk/protocol';
import { Clock } from '../kernel/clock.js';
import {
  checkTerms,
  feeOf,
  holdOf,
  placeOf,
  priceOf,
  Reachability,
  ReferencesService,
  termsSubject,
} from '../bounties/index.js';
import type { Principal } from '../identity/index.js';
import { processorCosts, Rail } from '../payments/index.js';
import { CONFIG, type Config } from '../platform/config/index.js';
import { UnitOfWork } from '../platform/database/index.js';
import type { BodyOf } from '../platform/http/serves.js';
import { PolicyGate } from '../policy/index.js';

@Injectable()
export class QuotesService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly policy: PolicyGate,
    private readonly rail: Rail,
    private readonly reach: Reachability,
    private readonly references: ReferencesService,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** What policy, price and balance say to these terms. Creates nothing; a refusal of policy is an answer here, not an error. */
  async quote(caller: Principal, terms: BodyOf<'quote_bounty'>): Promise<Quote> {
    checkTerms(terms, this.reach.at(caller.mode), this.clock.now());
    await this.references.checkUsable(caller, terms.criteria);
    const { TOP_UP_MIN, CARD_PAYOUT_MIN } = this.config;
    const price = priceOf(terms);
    const fee = feeOf(price, this.config.FEE_BPS);
    const hold = holdOf(price, fee, terms.quantity);
    const in_wallet =
      caller.role === 'agent' && terms.payer ? await this.rail.inWallet(caller.mode, terms.payer.address) : null;
    return this.unitOfWork.run(async (tx) => {
      const policy = await this.policy.look(tx, 'quote', { id: caller.id, mode: caller.mode, ...termsSubject(terms) });
      const available =
        caller.role === 'agent' ? (in_wallet ?? (await this.rail.available(tx, caller.mode, caller.id))) : 0n;
      return {
        policy: { outcome: policy.outcome, rule: policy.rule, hint: policy.hint, pack_version: policy.pack_version },
        currency: terms.currency,
        price_each: formatAmount(price),
        fee_each: formatAmount(fee),
        hold: formatAmount(hold),
        available: formatAmount(available),
        covered: available >= hold,
        processor_costs: terms.rail === 'balance' ? processorCosts(hold, TOP_UP_MIN, CARD_PAYOUT_MIN) : null,
        cells: placeOf(terms.area).cells.length,
        verification: { detectors: this.reach.detectors, open_vocabulary: this.reach.open_vocabulary },
      };
    });
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { capOf, formatAmount, type Quote } from '@groundtruth/sdk/protocol';
import { Clock } from '../kernel/clock.js';
import {
  checkTerms,
  feeOf,
  holdOf,
  placeOf,
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
import { FillQuotes } from './fill-quotes.js';
import { PriceCeiling } from './price-ceiling.js';

@Injectable()
export class QuotesService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly policy: PolicyGate,
    private readonly rail: Rail,
    private readonly reach: Reachability,
    private readonly references: ReferencesService,
    private readonly fills: FillQuotes,
    private readonly ceiling: PriceCeiling,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** What policy, price, balance and the record of fills say to these terms. Creates nothing; a refusal of policy is an answer here, not an error. */
  async quote(caller: Principal, terms: BodyOf<'quote_bounty'>): Promise<Quote> {
    checkTerms(terms, this.reach.at(caller.mode), this.clock.now());
    await this.references.checkUsable(caller, terms.criteria);
    const { TOP_UP_MIN, CARD_PAYOUT_MIN } = this.config;
    const price = capOf(terms.price);
    const fee = feeOf(price, this.config.FEE_BPS);
    const hold = holdOf(price, fee, terms.quantity);
    const in_wallet =
      caller.role === 'agent' && terms.payer ? await this.rail.inWallet(caller.mode, terms.payer.address) : null;
    return this.unitOfWork.run(async (tx) => {
      const policy = await this.policy.look(tx, 'quote', {
        id: caller.id,
        mode: caller.mode,
        requester_id: caller.id,
        ...termsSubject(terms),
      });
      const available =
        caller.role === 'agent' ? (in_wallet ?? (await this.rail.available(tx, caller.mode, caller.id))) : 0n;
      const price_max = terms.wanted_probability === undefined ? 0n : await this.ceiling.of(tx, caller, terms);
      const fill = await this.fills.look(tx, caller.mode, terms, price_max);
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
        ...fill,
        verification: { detectors: this.reach.detectors, open_vocabulary: this.reach.open_vocabulary },
      };
    });
  }
}

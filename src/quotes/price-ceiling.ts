import { Injectable } from '@nestjs/common';
import { AMOUNT_MICROS_MAX, parseAmount } from '@groundtruth/sdk/protocol';
import { Reachability, termsSubject } from '../bounties/index.js';
import type { Principal } from '../identity/index.js';
import type { Tx } from '../platform/database/index.js';
import type { BodyOf } from '../platform/http/serves.js';
import { PolicyGate } from '../policy/index.js';

/** Caps that terms can come under one after another: there are fewer classes of hazard. */
const CAPS_MAX = 20;

/** The highest price that nothing here would refuse for these terms. */
@Injectable()
export class PriceCeiling {
  constructor(
    private readonly policy: PolicyGate,
    private readonly reach: Reachability,
  ) {}

  /** In micros; 0n when policy refuses the terms at any price. What is asked of policy is a decision on record. */
  async of(tx: Tx, caller: Pick<Principal, 'id' | 'mode'>, terms: BodyOf<'quote_bounty'>): Promise<bigint> {
    const corroborated = terms.criteria.provenance === 'attested' || terms.agreement !== undefined;
    let price = corroborated ? AMOUNT_MICROS_MAX : this.reach.at(caller.mode).signed_value_max;
    for (let cap = 0; cap < CAPS_MAX; cap++) {
      const { id, mode } = caller;
      const subject = { id, mode, requester_id: id, ...termsSubject(terms), price_micros: price };
      const decision = await this.policy.look(tx, 'quote', subject);
      if (decision.outcome === 'allow') return price;
      const allowed = decision.outcome === 'refuse' ? decision.limits?.['price_max'] : undefined;
      const lower = allowed === undefined ? null : parseAmount(String(allowed));
      if (lower === null || lower >= price) return 0n;
      price = lower;
    }
    return 0n;
  }
}

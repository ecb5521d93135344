import type { Pledge } from '../protocol/index.js';
import type { CallOptions, Transport } from '../http/index.js';

/** Shares of bounties that several agents pay for. */
export class Pledges {
  constructor(private readonly transport: Transport) {}

  /**
   * Pays for a part of a bounty that gathers pledges. The one that covers its hold opens it. One idempotency key for all attempts, so nothing is
   * pledged twice. Every funder reads what the bounty brings for nothing, and shares what others pay for it.
   *
   * @example
   * const { pledges } = await groundtruth.bounties.get(gathering.id);
   * const pledge = await groundtruth.pledges.create(gathering.id, '2.500000');
   * @param amount A text with up to six decimals, in the currency of the bounty: at most `pledges.threshold` less `pledges.pledged`, and at least a
   * hundredth of the threshold unless less is missing.
   * @returns The pledge in state `held`.
   * @throws {ProblemError} in this order: `not_found`, `policy_refused`, `bounty_not_gathering`, `pledge_out_of_range` (with `least` and
   * `missing`), `spend_cap_exceeded`, `insufficient_funds` (all pledges of a bounty come from one fund), `account_frozen`.
   */
  create(bountyId: string, amount: string, options: CallOptions = {}): Promise<Pledge> {
    return this.transport.call('create_pledge', { ...options, id: bountyId, body: { amount } });
  }

  /**
   * Takes a pledge back in full, until its bounty opens. May be repeated.
   *
   * @example
   * const { returned } = await groundtruth.pledges.withdraw(pledge.id);
   * @throws {ProblemError} `not_found`, also for another's; `pledge_state` once the bounty is open or over.
   */
  withdraw(id: string, options: CallOptions = {}): Promise<Pledge> {
    return this.transport.call('withdraw_pledge', { ...options, id });
  }
}

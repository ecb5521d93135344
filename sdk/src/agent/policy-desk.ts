import type { PolicyDecisionRecord, PolicyHold } from '../protocol/index.js';
import { eachItem, PAGE_ITEMS, type CallOptions, type Transport } from '../http/index.js';

/** What an operator answers and reads of policy. */
export class PolicyDesk {
  constructor(private readonly transport: Transport) {}

  /**
   * What policy holds, or held, until an operator has looked; newest first.
   *
   * @example
   * for await (const hold of operator.policy.holds('waiting')) console.log(hold.id, hold.rule, hold.deadline_at);
   */
  holds(state?: PolicyHold['state'], { signal }: Pick<CallOptions, 'signal'> = {}): AsyncIterable<PolicyHold> {
    return eachItem((cursor) =>
      this.transport.call('list_policy_holds', { query: { state, limit: PAGE_ITEMS, cursor }, signal }),
    );
  }

  /**
   * Answers a hold. The answer counts for the same request under the same pack, for 35 days; the caller repeats it.
   *
   * @example
   * await operator.policy.decide(hold.id, 'allow', 'a tram stop, nothing else in view');
   * @param reason For other operators and auditors, 3 to 500 characters.
   * @throws {ProblemError} `not_found`; `policy_hold_state` when it was answered, or its time is over.
   */
  decide(id: string, decision: 'allow' | 'refuse', reason: string, options: CallOptions = {}): Promise<PolicyHold> {
    return this.transport.call('decide_policy_hold', { ...options, id, body: { decision, reason } });
  }

  /**
   * Every decision about one subject, such as a bounty or a capture, newest first.
   *
   * @example
   * for await (const { stage, outcome, rule, pack_version } of operator.policy.decisions(bounty.id)) console.log(stage, outcome, rule);
   */
  decisions(subject: string, { signal }: Pick<CallOptions, 'signal'> = {}): AsyncIterable<PolicyDecisionRecord> {
    return eachItem((cursor) =>
      this.transport.call('list_policy_decisions', { query: { subject, limit: PAGE_ITEMS, cursor }, signal }),
    );
  }
}

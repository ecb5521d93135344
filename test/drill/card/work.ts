import type { HeldBounty } from '../../../src/payments/rail.js';
import type { Command as Request, UnitOfWork } from '../../../src/platform/database/index.js';
import type { Spending, Work } from './messages.js';
import { callerOf, type Parts } from './parts.js';

const RETURN_URL = 'https://example.org/done';

/** Does what a card process is told; answers errors that loops met and would go on from. */
export async function work(
  { unitOfWork, parts }: { readonly unitOfWork: UnitOfWork; readonly parts: Parts },
  told: Work,
): Promise<string[]> {
  const { service, cards, refunds, automatic, recipients, rail } = parts;
  switch (told.do) {
    case 'turn':
      return turn(parts);
    case 'top_up': {
      const { agent_id, key, amount, payment_method, save: save_payment_method } = told;
      const body = { amount, payment_method, save_payment_method, off_session: false };
      await service.create(request(agent_id, key, 'POST /v1/top-ups'), callerOf(agent_id, 'agent'), body);
      return [];
    }
    case 'save_card':
      await cards.attach(callerOf(told.agent_id, 'agent'), told.payment_method);
      return [];
    case 'automate': {
      const { agent_id, key, below, amount, payment_method } = told;
      const body = { below, amount, day_max: amount, payment_method };
      await automatic.set(request(agent_id, key, 'PUT /v1/auto-top-up'), callerOf(agent_id, 'agent'), body);
      return [];
    }
    case 'refund': {
      const { agent_id, key, top_up_id, amount } = told;
      const caller = callerOf(agent_id, 'agent');
      await refunds.request(request(agent_id, key, 'POST /v1/top-ups/:id/refunds'), caller, top_up_id, amount);
      return [];
    }
    case 'open_recipient': {
      const { contributor_id, key } = told;
      const body = { rail: 'card', country: 'US', return_url: RETURN_URL } as const;
      const caller = callerOf(contributor_id, 'contributor');
      await recipients.open(request(contributor_id, key, 'POST /v1/payout-accounts'), caller, body);
      return [];
    }
    case 'hold':
      await unitOfWork.run((tx) => rail.hold(tx, bountyOf(told.spending), told.amount));
      return [];
    case 'settle': {
      const { spending, capture_id, contributor_id, pay, fee } = told;
      const settlement = { ...bountyOf(spending), capture_id, contributor_id, pay, fee, payout: null };
      await unitOfWork.run((tx) => rail.settle(tx, settlement));
      return [];
    }
    case 'close':
      await unitOfWork.run((tx) => rail.refundRest(tx, bountyOf(told.spending)));
      return [];
  }
}

async function turn({ loops }: Parts): Promise<string[]> {
  const done = await Promise.allSettled(loops.map((loop) => loop()));
  return done.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []));
}

const request = (principal: string, key: string, operation: string): Request => ({
  principal,
  key,
  operation,
  body: {},
});

const bountyOf = (spending: Spending): HeldBounty => ({ mode: 'test', rail: 'balance', fund: 'card', ...spending });

import { CARD_EVENTS } from '../funding/card/card.events.js';
import { PAYOUT_EVENTS } from '../payouts/payout.events.js';
import { CARD_FAILPOINTS, EVENT_MATTERS, matterOf } from './card.failpoints.js';

const TYPES = [...Object.values(CARD_EVENTS), ...Object.values(PAYOUT_EVENTS)].flat();

describe('the failpoints of the card adapter', () => {
  it('have no two names alike', () => expect(new Set(CARD_FAILPOINTS).size).toBe(CARD_FAILPOINTS.length));

  it('lie around every matter that events are about', () => {
    expect(new Set(TYPES.map(matterOf))).toEqual(new Set(EVENT_MATTERS));
    for (const matter of EVENT_MATTERS)
      expect(CARD_FAILPOINTS).toEqual(
        expect.arrayContaining([`inbox.${matter}.before_commit`, `inbox.${matter}.after_commit`]),
      );
  });

  it.each([
    ['payment_intent.succeeded', 'payment'],
    ['charge.updated', 'payment'],
    ['charge.refunded', 'refund'],
    ['charge.dispute.created', 'dispute'],
    ['charge.dispute.closed', 'dispute_end'],
    ['radar.early_fraud_warning.created', 'warning'],
    ['payout.paid', 'account'],
    ['v2.core.account.closed', 'account'],
    ['account.external_account.updated', 'bank'],
    ['transfer.reversed', 'transfer'],
  ])('take %s to be about a %s', (type, matter) => expect(matterOf(type)).toBe(matter));
});

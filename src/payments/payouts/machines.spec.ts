import fc from 'fast-check';
import { PAYOUT_TRANSITIONS } from './payout.machine.js';
import { eventOf, RECIPIENT_STATES, RECIPIENT_TRANSITIONS, type RecipientState } from './recipient.machine.js';
import { inWords } from './requirement.words.js';

const facts = fc.record({
  is_closed: fc.boolean(),
  capability: fc.constantFrom('active', 'pending', 'restricted', 'rejected', 'unsupported', null),
  bank_refused: fc.boolean(),
});

describe('a payout', () => {
  it('ends only when it is payable again; even a paid one may come back', () => {
    expect([PAYOUT_TRANSITIONS.returned, PAYOUT_TRANSITIONS.refused]).toEqual([{}, { send: 'sent' }]);
    expect(PAYOUT_TRANSITIONS.paid).toEqual({ bounce: 'returning', return: 'returned' });
    expect(Object.keys(PAYOUT_TRANSITIONS.planned)).toEqual(['send', 'refuse']);
  });
});

describe('the account of a contributor', () => {
  it('moves only along its table, to the state that its facts say, and then rests', () => {
    fc.assert(
      fc.property(fc.constantFrom(...RECIPIENT_STATES), facts, (from, seen) => {
        const event = eventOf(from, seen);
        const table = RECIPIENT_TRANSITIONS[from] as Partial<Record<string, RecipientState>>;
        const to = event === null ? from : table[event];
        expect(RECIPIENT_STATES).toContain(to);
        expect(eventOf(to!, seen)).toBeNull();
        const usable = seen.capability === 'active' && !seen.bank_refused;
        if (from !== 'closed') expect(to === 'enabled').toBe(usable && !seen.is_closed);
      }),
    );
  });

  it('is being opened until it was usable once, and restricted from then on, or when it is refused', () => {
    const due = { is_closed: false, capability: 'restricted', bank_refused: false };
    expect(eventOf('onboarding', due)).toBeNull();
    expect(eventOf('enabled', due)).toBe('restrict');
    expect(eventOf('onboarding', { ...due, capability: 'rejected' })).toBe('restrict');
    expect(eventOf('enabled', { ...due, capability: 'active', bank_refused: true })).toBe('restrict');
    expect(eventOf('closed', { ...due, capability: 'active' })).toBeNull();
  });

  it('says in words what Stripe asks for, and what it has no words for as Stripe names it', () => {
    const asked = (description: string, status: string) => inWords({ description, minimum_deadline: { status } });
    expect(asked('identity.individual.date_of_birth', 'past_due')).toEqual({ what: 'your date of birth', due: 'past' });
    expect(asked('bank_account', 'currently_due')).toEqual({ what: 'a bank account to be paid to', due: 'now' });
    expect(asked('identity.individual.address', 'eventually_due')).toEqual({ what: 'your address', due: 'later' });
    expect(asked('something.new', 'some_day')).toEqual({ what: 'something.new', due: 'now' });
  });
});

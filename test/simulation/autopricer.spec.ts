import fc from 'fast-check';
import { decide, type Quoted, type Situation } from '../../sdk/examples/autopricer.decide.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const dollars = (amount: number): bigint => BigInt(Math.round(amount * 1_000_000));

const quoted = (...curve: [number, number][]): Quoted => ({
  refused: null,
  price_each: dollars(10),
  fee_each: dollars(1),
  curve: curve.map(([price, probability]) => ({ price: dollars(price), probability })),
});

/** Worth 20 dollars for ten hours, with a budget of 50 and nothing known. */
const situation = (change: Partial<Situation> = {}): Situation => ({
  now: 0,
  began_at: 0,
  deadline_at: 10 * HOUR_MS,
  worth: dollars(20),
  spent: 0n,
  spendable: dollars(50),
  cards: [],
  card_answers: 0.5,
  asked: null,
  quote: quoted(),
  ...change,
});
const asked = (price: number, is_taken = false) => ({ price: dollars(price), hold: dollars(price * 1.1), is_taken });

describe('a decision about a fact', () => {
  it('asks at the price that leaves most on average', () => {
    const { choice, options } = decide(situation({ quote: quoted([2, 0.1], [5, 0.6], [10, 0.8], [15, 0.9]) }));
    expect(choice).toEqual({ do: 'post', price: dollars(5), cost: dollars(5.5) });
    expect(options.map(({ expected }) => expected)).toEqual([8_700_000n, 7_200_000n, 3_150_000n, 1_780_000n]);
  });

  it('buys what is there when that leaves more than asking', () => {
    const cards = [
      { id: 'dear', price: dollars(3) },
      { id: 'cheap', price: dollars(0.05) },
    ];
    const known = situation({ cards, card_answers: 0.9, quote: quoted([5, 0.6]) });
    expect(decide(known).choice).toEqual({ do: 'buy', observation_id: 'cheap', cost: dollars(0.05) });
    expect(decide({ ...known, card_answers: 0.1 }).choice).toMatchObject({ do: 'post' });
  });

  it('never buys beside its bounty what both together are not worth', () => {
    const both = situation({ asked: asked(15), card_answers: 1, quote: quoted([15, 0.1]) });
    expect(decide({ ...both, cards: [{ id: 'fits', price: dollars(3.5) }] }).choice.do).toBe('buy');
    expect(decide({ ...both, cards: [{ id: 'dear', price: dollars(3.500001) }] }).choice.do).toBe('wait');
  });

  it('climbs without a record of fills as the deadline comes near, in steps of a tenth', () => {
    const first = decide(situation()).choice;
    expect(first).toEqual({ do: 'post', price: dollars(7.27), cost: dollars(7.997) });
    expect(decide(situation({ asked: asked(7.27), now: HOUR_MS / 2 })).choice.do).toBe('wait');
    expect(decide(situation({ asked: asked(7.27), now: 5 * HOUR_MS })).choice).toMatchObject({ do: 'raise', price: dollars(11.81) }); // prettier-ignore
  });

  it('raises when the record says that more leaves more, and not for a cent', () => {
    const late = quoted([5, 0.1], [10, 0.7]);
    expect(decide(situation({ asked: asked(5), quote: late })).choice).toEqual({ do: 'raise', price: dollars(10), cost: dollars(5.5) }); // prettier-ignore
    const early = quoted([5, 0.6], [10, 0.7]);
    expect(decide(situation({ asked: asked(5), quote: early })).choice.do).toBe('wait');
  });

  it.each<[string, Partial<Situation>, string]>([
    ['cancels what is no longer worth what it holds', { asked: asked(10), worth: dollars(10.9) }, 'cancel'],
    ['cancels when the time is over', { asked: asked(5), now: 10 * HOUR_MS }, 'cancel'],
    ['never cancels under somebody who is at work', { asked: asked(10, true), worth: dollars(1) }, 'wait'],
    ['gives up when the time is over and nothing is asked', { now: 10 * HOUR_MS }, 'forget'],
    ['gives up when all that it is worth was spent', { spent: dollars(20) }, 'forget'],
    ['gives up what policy refuses', { quote: { ...quoted(), refused: 'minors' } }, 'forget'],
    ['waits when the budget is used up', { spendable: 0n }, 'wait'],
  ])('%s', (_, change, wanted) => {
    const { choice, why } = decide(situation(change));
    expect(choice).toEqual({ do: wanted, cost: 0n });
    expect(why.length).toBeGreaterThan(0);
  });
});

const amount = fc.bigInt({ min: 0n, max: dollars(40) });
const curve = fc.array(fc.record({ price: amount, probability: fc.double({ min: 0, max: 1, noNaN: true }) }), { maxLength: 6 }); // prettier-ignore
const market = fc.record({
  hours: fc.integer({ min: 0, max: 9 }),
  fee_each: fc.bigInt({ min: 0n, max: dollars(3) }),
  curve,
  cards: fc.array(amount, { maxLength: 3 }),
  card_answers: fc.double({ min: 0, max: 1, noNaN: true }),
  worth: fc.bigInt({ min: 1n, max: dollars(40) }),
  happens: fc.constantFrom('nothing', 'taken', 'filled', 'closed'),
  which: fc.nat(2),
});

interface Pursued {
  spent: bigint;
  asked: { price: bigint; hold: bigint; is_taken: boolean } | null;
  /** What left the account for its open bounty, and when. */
  since: { at: number; amount: bigint }[];
  done: boolean;
}

describe('an agent that decides again and again', () => {
  it('never passes its budget in any day, nor on any fact what it is worth', () => {
    fc.assert(
      fc.property(fc.array(market, { maxLength: 60 }), amount, (moments, budget) => {
        const facts: Pursued[] = [0, 1, 2].map(() => ({ spent: 0n, asked: null, since: [], done: false }));
        const kept: { at: number; amount: bigint }[] = [];
        let now = 0;
        for (const { hours, fee_each, curve, cards, card_answers, worth, happens, which } of moments) {
          now += hours * HOUR_MS;
          const fact = facts[which]!;
          if (fact.done) continue;
          const committed = [...kept, ...facts.flatMap(({ since }) => since)]
            .filter(({ at }) => at > now - DAY_MS)
            .reduce((sum, { amount }) => sum + amount, 0n);
          const { choice, options } = decide({
            now,
            began_at: 0,
            deadline_at: 200 * HOUR_MS,
            worth,
            spent: fact.spent,
            spendable: budget - committed,
            cards: cards.map((price, i) => ({ id: `${i}`, price })),
            card_answers,
            asked: fact.asked,
            quote: { refused: null, price_each: dollars(10), fee_each, curve },
          });
          for (const { cost } of [choice, ...options.map(({ choice }) => choice)].filter(({ cost }) => cost > 0n)) {
            expect(committed + cost).toBeLessThanOrEqual(budget);
            expect(fact.spent + (fact.asked?.hold ?? 0n) + cost).toBeLessThanOrEqual(worth);
          }
          if (choice.do === 'buy') {
            fact.spent += choice.cost;
            kept.push({ at: now, amount: choice.cost });
          } else if (choice.do === 'post' || choice.do === 'raise') {
            expect(choice.price).toBeGreaterThan(fact.asked?.price ?? 0n);
            fact.asked = { price: choice.price, hold: (fact.asked?.hold ?? 0n) + choice.cost, is_taken: false };
            fact.since.push({ at: now, amount: choice.cost });
          } else if (choice.do === 'cancel') {
            expect(fact.asked?.is_taken).toBe(false);
            Object.assign(fact, { asked: null, since: [] });
          } else if (choice.do === 'forget') fact.done = true;
          if (happens === 'taken' && fact.asked) fact.asked = { ...fact.asked, is_taken: true };
          if (happens === 'filled' && fact.asked) {
            kept.push(...fact.since);
            Object.assign(fact, { asked: null, since: [], done: true });
          }
          if (happens === 'closed') Object.assign(fact, { asked: null, since: [] });
        }
      }),
      { numRuns: 500 },
    );
  });
});

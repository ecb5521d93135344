import type { Fact } from '@groundtruth/sdk/protocol';
import { Autopricer, type Explanation, type WantedFact } from '../../sdk/examples/autopricer.js';
import { PLACE, sheepTerms } from '../support/cast.js';
import { deskMarket, type DeskMarket } from '../support/desk-market.js';
import { eventually } from '../support/eventually.js';
import type { Results } from '../simulation/desk.js';

const SHEEP: Results = { objects: { status: 'pass', score: 0.9, evidence: { objects: [{ label: 'sheep', count: 3, score: 0.9 }] } } }; // prettier-ignore
const CRITERIA = { all: [{ object: { label: 'sheep' } }], unique: false, provenance: 'signed' as const };

let market: DeskMarket;
beforeAll(async () => (market = await deskMarket()));
afterAll(() => market.end());

const iso = (after_s: number): string => new Date(market.clock.now() + after_s * 1_000).toISOString();

function wanted(title: string, change: Partial<WantedFact> = {}): WantedFact {
  const area = { ...PLACE, radius_m: 150 };
  return {
    title,
    terms: { kind: 'photo', area, criteria: CRITERIA, purpose: 'civic' },
    worth: '10.000000',
    deadline_at: iso(6 * 3_600),
    max_age_s: 7_200,
    card_answers: 0,
    ...change,
  };
}

describe('the autopricer of the examples', () => {
  it('buys what is known, asks for the rest, raises, stays within its budget and worth, and says why', async () => {
    const other = await market.funded();
    const bounty = await other.client.bounties.create(sheepTerms({ window: { closes_at: iso(3_600) }, criteria: CRITERIA })); // prettier-ignore
    await market.judged(bounty.id, SHEEP);
    await eventually(async () => {
      await market.background.sweep();
      for await (const card of other.client.observations.list()) return card.id.length > 0;
      return false;
    }, 'the observation for sale');

    const agent = await market.funded();
    const told: Explanation[] = [];
    const known = new Map<string, readonly Fact[]>();
    const facts = [
      wanted('Sheep at the gate', { card_answers: 0.9 }),
      wanted('Sheep by the wall'),
      wanted('Sheep under the tree'),
      wanted('Sheep for a wager', { worth: { market_price: 0.5, prior: 0.5, stake_limit: '0.01', false_accept: 0.05, false_reject: 0.1 } }), // prettier-ignore
    ];
    const options = {
      baseUrl: market.baseUrl,
      apiKey: agent.api_key,
      budget_per_day: '6.000000',
      facts,
      now: () => market.clock.now(),
      onDecision: (decision: Explanation) => told.push(decision),
      onAnswer: ({ title }: WantedFact, facts: readonly Fact[]) => known.set(title, facts),
    };
    const of = (fact: string) => told.filter((one) => one.fact === fact).map(({ choice }) => choice.split(' ')[0]);
    const pricer = new Autopricer(options);
    expect(await pricer.step()).toBe(true);
    expect(known.get('Sheep at the gate')).toEqual([{ object: { label: 'sheep', count: 3, score: 0.9 } }]);
    expect([of('Sheep at the gate'), of('Sheep by the wall')]).toEqual([['buy'], ['post']]);
    // The day's budget covers one hold: the other fact waits for it, and the bet is worth less than any bounty.
    expect(of('Sheep under the tree')).toEqual(['wait']);
    expect(of('Sheep for a wager')).toEqual(['wait']);

    await market.pass(2 * 3_600);
    const again = new Autopricer(options); // Started anew, it finds its bounty by the title and its spending in the books.
    await again.step();
    expect(of('Sheep by the wall')).toEqual(['post', 'raise']);
    const open = [];
    for await (const each of agent.client.bounties.list({ mine: true })) open.push(each);
    expect(open).toHaveLength(1);
    await market.judged(open[0]!.id, SHEEP);
    await eventually(async () => {
      await market.background.sweep();
      await again.step();
      return known.has('Sheep by the wall');
    }, 'the answer of its own bounty');

    await market.pass(5 * 3_600);
    expect(await again.step()).toBe(false);
    expect(of('Sheep under the tree').at(-1)).toBe('forget');
    for (const { knew, options, why, cost } of told) {
      expect(why).not.toBe('');
      expect(Number(cost)).toBeLessThanOrEqual(Number(knew['spendable']));
      for (const option of options) expect(Number(option.cost)).toBeLessThanOrEqual(Number(knew['worth']));
    }
    expect(100 - Number((await agent.client.balance.get()).balances[0]!.available)).toBeLessThanOrEqual(6);
  }, 120_000);
});

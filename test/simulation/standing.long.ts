import fc from 'fast-check';
import { parseAmount, type StandingRun } from '@groundtruth/sdk/protocol';
import { StandingSweep } from '../../src/standing/index.js';
import { deskMarket, type DeskMarket, type Funded } from '../support/desk-market.js';
import { eventually } from '../support/eventually.js';
import { all, bountiesOf, Killed, runnerThatDies, SHEEP, template } from '../support/standing.js';

const DAY_S = 86_400;
const HOLD = 5_500_000n;

let market: DeskMarket;
beforeAll(async () => (market = await deskMarket()));
afterAll(() => market.end());

const postedOf = (runs: readonly StandingRun[]) => runs.flatMap(({ bounty_id }) => bounty_id ?? []);

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 400 }) }) },
  fc.record({ do: fc.constant('wait' as const), minutes: fc.integer({ min: 1_000, max: 3_000 }) }),
  { weight: 2, arbitrary: fc.record({ do: fc.constant('kill' as const), at: fc.integer({ min: 1, max: 4 }), committed: fc.boolean() }) },
  fc.record({ do: fc.constant('pause' as const) }),
  { weight: 2, arbitrary: fc.record({ do: fc.constant('resume' as const) }) },
  fc.record({ do: fc.constant('budget' as const), holds: fc.integer({ min: 1, max: 6 }) }),
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel' as const) }) },
  fc.record({ do: fc.constant('deliver' as const) }),
); // prettier-ignore
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** One recurring bounty, and what it has done by this side's own count. */
class Play {
  private paid = new Set<string>();
  private seen = new Set<string>();
  private paused = false;

  constructor(
    private readonly agent: Funded,
    private readonly id: string,
    private budget: bigint,
    private readonly max_open: number,
  ) {}

  async take(step: Step, workers: number): Promise<void> {
    const { standing, bounties } = this.agent.client;
    if (step.do === 'wait') market.clock.advance(step.minutes * 60_000);
    else if (step.do === 'pause' || step.do === 'resume') {
      await standing[step.do](this.id);
      this.paused = step.do === 'pause';
    } else if (step.do === 'budget') {
      this.budget = BigInt(step.holds) * HOLD;
      await standing.change(this.id, { budget_per_day: `${5.5 * step.holds}` });
    } else if (step.do === 'kill') {
      const dying = runnerThatDies(market, step.at, step.committed).runDue(this.id);
      await dying.catch((error: unknown) => expect(error).toBeInstanceOf(Killed));
    } else {
      const open = (await bountiesOf(this.agent)).find(({ state }) => state === 'open');
      if (open && step.do === 'cancel') await bounties.cancel(open.id);
      if (open && step.do === 'deliver') {
        await market.judged(open.id, SHEEP);
        this.paid.add(open.id);
        await eventually(async () => (await bounties.get(open.id)).slots.settled === 1, 'the pay');
      }
    }
    await market.background.sweep();
    await Promise.all(Array.from({ length: workers }, () => market.http.app.get(StandingSweep).pass()));
    await market.background.sweep(); // What closed meanwhile returns.
  }

  async look(): Promise<void> {
    const runs = await all(this.agent.client.standing.runs(this.id));
    const bounties = await bountiesOf(this.agent);
    const posted = postedOf(runs);
    // One bounty a slot, and none beside the slots.
    expect(new Set(runs.map(({ due_at }) => due_at)).size).toBe(runs.length);
    expect(new Set(posted).size).toBe(posted.length);
    expect(new Set(bounties.map(({ id }) => id))).toEqual(new Set(posted));
    expect(bounties.filter(({ state }) => state === 'open').length).toBeLessThanOrEqual(this.max_open);
    // What is new fits the budget together with what the day before it holds or has spent.
    const fresh = runs.filter(({ bounty_id }) => bounty_id && !this.seen.has(bounty_id));
    if (this.paused) expect(fresh).toEqual([]);
    const now = market.clock.now();
    const recent = runs.filter(({ at, bounty_id }) => bounty_id && Date.parse(at) > now - DAY_S * 1_000);
    const outlay = recent
      .map(({ bounty_id }) => bounties.find(({ id }) => id === bounty_id)!)
      .reduce((sum, { id, held }) => sum + (this.paid.has(id) ? HOLD : parseAmount(held!)!), 0n);
    if (fresh.length > 0) expect(outlay).toBeLessThanOrEqual(this.budget);
    expect(parseAmount((await this.agent.client.standing.get(this.id)).committed)).toBe(outlay);
    for (const bounty_id of posted) this.seen.add(bounty_id);
    for (const { outcome, reason } of runs) outcomes.add(reason ?? outcome);
  }
}

/** What became of runs in all plays. */
const outcomes = new Set<string>();

const wait = (minutes: number): Step => ({ do: 'wait', minutes });
const kill = (at: number, committed: boolean): Step => ({ do: 'kill', at, committed });
const SCRIPTS: [Step[], number, number, number, number, number][] = [
  [[wait(0), kill(1, true), kill(2, true), wait(30), kill(3, false), kill(4, false), kill(3, true), wait(1)], 1_800, 3_000, 3, 3, 3],
  [[wait(0), { do: 'deliver' }, wait(60), wait(60), wait(60), { do: 'cancel' }, wait(60), wait(1_500)], 3_600, 7_200, 2, 2, 2],
  [[wait(0), { do: 'pause' }, wait(200), { do: 'resume' }, wait(60), { do: 'budget', holds: 1 }, wait(60)], 3_600, 600, 3, 1, 1],
  [[wait(0), wait(31), wait(31)], 1_800, 7_200, 3, 1, 2],
]; // prettier-ignore

describe('a recurring bounty', () => {
  it('is posted once a slot within its budget and number, though several workers run and are killed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 10 }),
        fc.constantFrom(60, 1_800, 3_600, 21_600),
        fc.constantFrom(600, 7_200, 90_000),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 3 }),
        async (steps, every_s, open_for_s, holds, max_open, workers) => {
          const agent = await market.funded('1000');
          const { id } = await agent.client.standing.create({
            template: template(open_for_s),
            trigger: { every_s },
            budget_per_day: `${5.5 * holds}`,
            max_open,
          });
          const play = new Play(agent, id, BigInt(holds) * HOLD, max_open);
          for (const each of steps) {
            await play.take(each, workers);
            await play.look();
          }
          await agent.client.standing.end(id);
          const made = (await bountiesOf(agent)).length;
          await play.take({ do: 'wait', minutes: 3_000 }, workers);
          expect(await bountiesOf(agent)).toHaveLength(made);
        },
      ),
      { numRuns: 5, examples: SCRIPTS, endOnFailure: true },
    );
    expect([...outcomes].sort()).toEqual(expect.arrayContaining(['budget', 'max_open', 'missed', 'posted']));
  }, 300_000);
});

import fc from 'fast-check';
import { ProblemError } from '@groundtruth/sdk/contributor';
import type { Bounty, Capture, Reservation } from '@groundtruth/sdk/protocol';
import { ManualClock } from '../../src/kernel/clock.js';
import { newWorker, sheepTerms, shotOf, type Worker } from '../support/cast.js';
import { eventually } from '../support/eventually.js';
import { testMarket, type TestMarket } from '../support/market.js';
import { Desk } from './desk.js';

const START = Date.parse('2026-11-21T06:00:00Z');
const HOUR_MS = 3_600_000;
const CREDIT = '1000.000000';

let market: TestMarket;
const clock = new ManualClock(START);
beforeAll(async () => (market = await testMarket({ VERIFIERS: '0', SWEEP_INTERVAL_MS: '3600000' }, clock)));
afterAll(() => market.end());

type Funded = Awaited<ReturnType<TestMarket['funded']>>;
interface Work {
  readonly worker: Worker;
  readonly reservation: Reservation;
  capture: Capture | null;
}

/** Expected refusals are part of the play; anything else fails it. */
async function allowed<T>(step: () => Promise<T>): Promise<T | null> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof ProblemError && error.status < 500) return null;
    throw error;
  }
}

/** One agent, a few bounties, and whoever comes. Picks are taken modulo what is there. */
class Play {
  private readonly bounties: Bounty[] = [];
  private readonly work: Work[] = [];
  private readonly desk = new Desk(market);

  constructor(private readonly agent: Funded) {}

  async step(kind: number, pick: number): Promise<void> {
    const steps = [
      this.post,
      this.reserve,
      this.reserve,
      this.handIn,
      this.handIn,
      this.accept,
      this.accept,
      this.reject,
      this.doubt,
      this.release,
      this.cancel,
      this.wait,
    ];
    await steps[kind % steps.length]!.call(this, pick);
  }

  /** Ends everything in every way it can end, and waits for the books to follow. */
  async end(): Promise<void> {
    for (const { capture } of this.work) if (capture) await this.judge(capture.id, 'pass');
    clock.set(Math.max(clock.now(), START) + 40 * 24 * HOUR_MS);
    await eventually(async () => {
      await market.background.sweep();
      for (const { capture } of this.work) if (capture) await this.judge(capture.id, 'pass');
      const now = await Promise.all(this.bounties.map((bounty) => this.agent.client.bounties.get(bounty.id)));
      return now.every((bounty) => bounty.state === 'closed');
    }, 'the end of every bounty');
  }

  /** What the agent has, what contributors were paid, and by which captures. */
  async result() {
    const captures = await Promise.all(
      this.work.flatMap(({ worker, capture }) => (capture ? [worker.client.captures.get(capture.id)] : [])),
    );
    const payable = await Promise.all(
      this.work.map(async ({ worker }) => (await worker.client.balance.get()).balances[0]!.available),
    );
    const held = await Promise.all(
      this.bounties.map(async (bounty) => (await this.agent.client.bounties.get(bounty.id)).held),
    );
    return { available: (await this.agent.client.balance.get()).balances[0]!.available, payable, captures, held };
  }

  private async post(pick: number): Promise<void> {
    const price = {
      schedule: 'fixed' as const,
      amount: `${1 + (pick % 7)}.${String(pick % 1_000_000).padStart(6, '0')}`,
    };
    const window = { closes_at: new Date(clock.now() + 2 * HOUR_MS).toISOString() };
    const criteria = { all: [{ object: { label: 'sheep' } }], unique: false };
    const bounty = await allowed(() =>
      this.agent.client.bounties.create(sheepTerms({ price, window, criteria, quantity: 1 + (pick % 3) })),
    );
    if (bounty) this.bounties.push(bounty);
  }

  private async reserve(pick: number): Promise<void> {
    const bounty = this.bounties[pick % Math.max(1, this.bounties.length)];
    if (!bounty) return;
    const worker = await newWorker(market.baseUrl, 'player');
    const reservation = await allowed(() => worker.client.reservations.create(bounty.id));
    if (reservation) this.work.push({ worker, reservation, capture: null });
  }

  private async handIn(pick: number): Promise<void> {
    const work = this.at(pick);
    if (!work) return;
    const bytes = Buffer.from(`no picture, ${work.reservation.id}`);
    const shot = shotOf(bytes, { captured_at: new Date(clock.now()).toISOString() });
    const capture = await allowed(() =>
      work.worker.client.capture({ reservation: work.reservation, device: work.worker.device, ...shot }),
    );
    if (capture) work.capture = capture;
  }

  private accept = (pick: number) => this.judgeAt(pick, 'pass');
  private reject = (pick: number) => this.judgeAt(pick, 'fail');
  private doubt = (pick: number) => this.judgeAt(pick, 'inconclusive');

  private async release(pick: number): Promise<void> {
    const work = this.at(pick);
    if (work) await allowed(() => work.worker.client.reservations.release(work.reservation.id));
  }

  private async cancel(pick: number): Promise<void> {
    const bounty = this.bounties[pick % Math.max(1, this.bounties.length)];
    if (bounty && pick % 3 === 0) await allowed(() => this.agent.client.bounties.cancel(bounty.id));
  }

  private async wait(pick: number): Promise<void> {
    clock.advance((pick % 40) * 60_000);
    await market.background.sweep();
  }

  private async judgeAt(pick: number, status: 'pass' | 'fail' | 'inconclusive'): Promise<void> {
    const capture = this.at(pick)?.capture;
    if (capture) await this.judge(capture.id, status);
  }

  /** Gives a verdict when one is due; a decided capture is left as it is. */
  private async judge(captureId: string, status: 'pass' | 'fail' | 'inconclusive'): Promise<void> {
    const verifying = await eventually(async () => {
      const { state } = await market.operator.captures.get(captureId);
      return state === 'submitted' ? null : { state };
    });
    if (verifying.state === 'verifying') await this.desk.judge(captureId, status);
    else if (verifying.state === 'review') await this.desk.conclude(captureId);
  }

  private at(pick: number): Work | undefined {
    return this.work[pick % Math.max(1, this.work.length)];
  }
}

const micros = (amount: string): bigint => BigInt(amount.replace('.', ''));
const sum = (amounts: readonly (string | null)[]): bigint =>
  amounts.reduce((total, amount) => total + (amount === null ? 0n : micros(amount)), 0n);

describe('the money of a market', () => {
  it('is conserved to the micro whatever agents, contributors, verdicts and deadlines do', async () => {
    let settled = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(11), fc.nat(1_000_000)), { minLength: 20, maxLength: 40 }),
        async (steps) => {
          const agent = await market.funded(CREDIT);
          const play = new Play(agent);
          await play.step(0, 1);
          for (const [kind, pick] of steps) await play.step(kind, pick);
          await play.end();

          const { available, payable, captures, held } = await play.result();
          const paid = captures.filter((capture) => capture.state === 'settled');
          settled += paid.length;
          expect(sum(held)).toBe(0n);
          expect(sum(payable)).toBe(sum(paid.map((capture) => capture.detail!.paid)));
          const fees = paid.reduce(
            (total, capture) => total + (micros(capture.detail!.paid!) * 1_000n + 9_999n) / 10_000n,
            0n,
          );
          expect(micros(available) + sum(payable) + fees).toBe(micros(CREDIT));
          expect(
            captures.every((capture) => ['settled', 'rejected', 'review', 'expired'].includes(capture.state)),
          ).toBe(true);
          await market.balanced();
        },
      ),
      { numRuns: 8, endOnFailure: true },
    );
    expect(settled).toBeGreaterThan(0); // A play in which nothing is ever paid proves nothing.
  }, 240_000);
});

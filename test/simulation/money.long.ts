import fc from 'fast-check';
import type { Bounty, Capture, Dispute, Reservation } from '@groundtruth/sdk/protocol';
import { CapturesRepository } from '../../src/captures/index.js';
import { ManualClock } from '../../src/kernel/clock.js';
import { ledgerOf, LedgerService } from '../../src/ledger/index.js';
import { UnitOfWork, type Tx } from '../../src/platform/database/index.js';
import { allowed } from '../support/allowed.js';
import { newWorker, sheepTerms, shotOf, type Worker } from '../support/cast.js';
import { eventually } from '../support/eventually.js';
import { testMarket, type TestMarket } from '../support/market.js';
import { Desk, NEAR_MISS, type Results } from './desk.js';

const START = Date.parse('2026-11-21T06:00:00Z');
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const CREDIT = '1000.000000';

let market: TestMarket;
const clock = new ManualClock(START);
beforeAll(
  async () =>
    (market = await testMarket({ VERIFIERS: '0', SWEEP_INTERVAL_MS: '3600000', LOSS_RESERVE_BPS: '10000' }, clock)),
);
afterAll(() => market.end());

type Funded = Awaited<ReturnType<TestMarket['funded']>>;
interface Work {
  readonly worker: Worker;
  readonly reservation: Reservation;
  capture: Capture | null;
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
      this.reject,
      this.doubt,
      this.doubt,
      this.answer,
      this.appeal,
      this.appeal,
      this.complain,
      this.rule,
      this.rule,
      this.conclude,
      this.release,
      this.cancel,
      this.wait,
    ];
    await steps[kind % steps.length]!.call(this, pick);
  }

  /** Ends everything in every way it can end, and waits for the books to follow. Each turn lets two days pass, so that deadlines of deadlines come. */
  async end(): Promise<void> {
    await eventually(async () => {
      clock.set(Math.max(clock.now(), START) + 2 * DAY_MS);
      await market.background.sweep();
      for (const { capture } of this.work) if (capture) await this.judge(capture.id, 'pass');
      const now = await Promise.all(this.bounties.map((bounty) => this.agent.client.bounties.get(bounty.id)));
      return now.every((bounty) => bounty.state === 'closed') && (await openDisputes()).length === 0;
    }, 'the end of every bounty and dispute');
  }

  /** A rejection, an appeal and its uphold in a row, which chance alone seldom brings; `taken`: the slot goes to somebody else first. */
  async appealed(taken: boolean): Promise<void> {
    await this.post(taken ? 3 : 0);
    const bounty = this.bounties.length - 1;
    for (const found of taken ? (['fail', 'pass'] as const) : (['fail'] as const)) {
      await this.reserve(bounty);
      await this.handIn(this.work.length - 1);
      await this.judgeAt(this.work.length - 1, found);
    }
    await this.appeal();
    for (const { id } of await openDisputes()) await this.ruleOn(id, 'uphold');
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
  /** A near miss, which its requester is shown every other time. */
  private async doubt(pick: number): Promise<void> {
    const capture = this.at(pick)?.capture;
    if (!capture) return;
    const { app } = market.http;
    const name = (tx: Tx) => app.get(CapturesRepository).setDerivative(tx, capture.id, `derivatives/${capture.id}`);
    if (pick % 2 === 0) await app.get(UnitOfWork).run(name);
    await this.judge(capture.id, NEAR_MISS);
  }

  /** The requester answers for what it is asked about. */
  private async answer(pick: number): Promise<void> {
    const capture = this.at(pick)?.capture;
    const answers = [{ decision: 'accept' }, { decision: 'object', reason_code: 'staged' }] as const;
    if (capture) await allowed(() => this.agent.client.captures.review(capture.id, answers[pick % 2]!));
  }

  /** Whoever was rejected last and may appeal does. */
  private async appeal(): Promise<void> {
    for (const { worker, capture } of this.work.toReversed()) {
      if (capture && (await allowed(() => worker.client.captures.dispute(capture.id, { reason_code: 'other' }))))
        return;
    }
  }

  private async complain(pick: number): Promise<void> {
    const capture = this.at(pick)?.capture;
    if (capture) await allowed(() => this.agent.client.captures.dispute(capture.id, { reason_code: 'staged' }));
  }

  /** The operator decides a dispute, or a review. */
  private async rule(pick: number): Promise<void> {
    const [dispute] = await openDisputes();
    const reason = 'so it is';
    if (dispute) await this.ruleOn(dispute.id, pick % 4 === 0 ? 'deny' : 'uphold');
    else {
      const capture = this.at(pick)?.capture;
      const decision = pick % 2 === 0 ? 'accept' : 'reject';
      if (capture) await allowed(() => market.operator.reviews.decide(capture.id, { decision, reason }));
    }
  }

  private async ruleOn(id: string, decision: 'uphold' | 'deny'): Promise<void> {
    const decided = await allowed(() => market.operator.disputes.decide(id, { decision, reason: 'so it is' }));
    if (decided) endings.add(`${decided.side} ${decided.state}${decided.funding ? ` by ${decided.funding}` : ''}`);
  }

  private async conclude(pick: number): Promise<void> {
    const capture = this.at(pick)?.capture;
    if (capture) await this.desk.conclude(capture.id);
  }

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

  private async judgeAt(pick: number, status: 'pass' | 'fail'): Promise<void> {
    const capture = this.at(pick)?.capture;
    if (capture) await this.judge(capture.id, status);
  }

  /** Gives a verdict when one is due; what is decided and not signed is signed. */
  private async judge(captureId: string, found: 'pass' | 'fail' | Results): Promise<void> {
    const { state } = await eventually(async () => {
      const capture = await market.operator.captures.get(captureId);
      return capture.state === 'submitted' ? null : capture;
    });
    if (state !== 'verifying') await this.desk.conclude(captureId);
    else await this.desk.judgeWith(captureId, typeof found === 'string' ? { objects: { status: found } } : found);
  }

  private at(pick: number): Work | undefined {
    return this.work[pick % Math.max(1, this.work.length)];
  }
}

/** How disputes ended in all plays, for a play in which none ends in some way proves nothing about it. */
const endings = new Set<string>();

async function openDisputes(): Promise<Dispute[]> {
  const open: Dispute[] = [];
  for await (const dispute of market.operator.disputes.list()) open.push(dispute);
  return open;
}

/** What the platform has earned, and what it keeps for upheld disputes. */
async function earned(): Promise<{ fees: bigint; reserve: bigint }> {
  const { app } = market.http;
  const of = (code: 'fees' | 'loss_reserve') =>
    app
      .get(UnitOfWork)
      .run((tx) => app.get(LedgerService).balance(tx, { ledger: ledgerOf('test', 'sandbox'), code, owner: '' }));
  return { fees: (await of('fees')).posted, reserve: (await of('loss_reserve')).posted };
}

const micros = (amount: string): bigint => BigInt(amount.replace('.', ''));
const sum = (amounts: readonly (string | null)[]): bigint =>
  amounts.reduce((total, amount) => total + (amount === null ? 0n : micros(amount)), 0n);

describe('the money of a market', () => {
  it('is conserved to the micro whatever agents, contributors, verdicts and deadlines do', async () => {
    let settled = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(20), fc.nat(1_000_000)), { minLength: 30, maxLength: 60 }),
        async (steps) => {
          const agent = await market.funded(CREDIT);
          const play = new Play(agent);
          const before = await earned();
          await play.step(0, 1);
          for (const [kind, pick] of steps) await play.step(kind, pick);
          await play.appealed(false);
          await play.appealed(true);
          await play.end();

          const { available, payable, captures, held } = await play.result();
          const paid = captures.filter((capture) => capture.state === 'settled');
          settled += paid.length;
          expect(sum(held)).toBe(0n);
          expect(sum(payable)).toBe(sum(paid.map((capture) => capture.detail!.paid)));
          const after = await earned();
          const platform = after.fees - before.fees + (after.reserve - before.reserve);
          expect(after.reserve).toBeGreaterThanOrEqual(0n);
          expect(micros(available) + sum(payable) + platform).toBe(micros(CREDIT));
          expect(captures.every((capture) => ['settled', 'rejected', 'expired'].includes(capture.state))).toBe(true);
          await market.balanced();
        },
      ),
      { numRuns: 8, endOnFailure: true },
    );
    expect(settled).toBeGreaterThan(0); // A play in which nothing is ever paid proves nothing.
    expect(endings).toContain('contributor upheld by slot');
  }, 240_000);
});

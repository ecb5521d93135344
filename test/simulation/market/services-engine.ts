import { parseAmount, type BountyTermsInput, type Id } from '@groundtruth/sdk/protocol';
import { BountiesSweep, OpenBounties } from '../../../src/bounties/index.js';
import type { ManualClock } from '../../../src/kernel/clock.js';
import { newWorker, type Worker } from '../../support/cast.js';
import { deskMarket, type DeskMarket, type Funded } from '../../support/desk-market.js';
import { eventually } from '../../support/eventually.js';
import { MarketSweep } from '../../../src/market/market.sweep.js';
import type { Books, Engine, Matched } from './engine.js';

const SETTINGS = {
  // Worlds last up to a month; a device enrols once.
  CERTIFICATE_TTL_S: String(90 * 86_400),
  // Nobody appeals here: what a rejection keeps from closing may close.
  APPEAL_WINDOW_S: '1',
};
/** More than any world spends: what is set aside is the play's to count. */
const CREDIT = '100000.000000';
const DAY_MS = 86_400_000;

/** The real services on real Postgres, over HTTP with the SDK; a desk stands for the verifier. */
export class ServicesEngine implements Engine {
  readonly clock: ManualClock;
  private readonly workers: Worker[] = [];

  private constructor(
    private readonly market: DeskMarket,
    private readonly agent: Funded,
  ) {
    this.clock = market.clock;
  }

  static async start(): Promise<ServicesEngine> {
    const market = await deskMarket(SETTINGS);
    return new ServicesEngine(market, await market.funded(CREDIT));
  }

  async join(): Promise<Worker> {
    const worker = await newWorker(this.market.baseUrl, `person ${this.workers.length}`);
    this.workers.push(worker);
    return worker;
  }

  async post(terms: BountyTermsInput): Promise<string> {
    return (await this.agent.client.bounties.create(terms)).id;
  }

  async match(): Promise<Matched> {
    const { database } = this.market;
    const one = async <T>(text: string): Promise<T> =>
      (await database.dataSource.query<T[]>(text, text.includes('$1') ? [new Date(this.clock.now())] : []))[0]!;
    const waiting = 'SELECT count(*)::int AS count FROM outbox WHERE sent_at IS NULL AND available_at <= $1';
    await eventually(async () => (await one<{ count: number }>(waiting)).count === 0, 'nothing waiting to be told');
    await this.market.http.app.get(MarketSweep).pass();
    const next = await one<{ at: Date | null }>('SELECT min(due_at) AS at FROM bounty_look WHERE due_at > $1');
    const open = await Promise.all(
      this.workers.map(({ client }) => itemsOf(client.invitations.list({ state: 'open' }))),
    );
    const invited = open.flatMap((invitations, by) => (invitations.length > 0 ? [by] : []));
    return { invited, again_at: next.at && Number(next.at) };
  }

  async judge(captureId: string, accepted: boolean): Promise<void> {
    await this.becomes(captureId, 'verifying');
    await this.market.desk.judge(captureId, accepted ? 'pass' : 'fail');
    await this.becomes(captureId, accepted ? 'settled' : 'rejected');
  }

  async sweep(): Promise<void> {
    const { app } = this.market.http;
    await app.get(BountiesSweep).pass();
    await app.get(OpenBounties).pass();
  }

  async books(): Promise<Books> {
    this.clock.advance(DAY_MS);
    await this.market.background.sweep();
    const left = await eventually(async () => {
      const { available, held } = await balanceOf(this.agent.client.balance.get());
      return held === 0n ? available : null;
    }, 'nothing held');
    const earned = await Promise.all(
      this.workers.map(async ({ client }) => (await balanceOf(client.balance.get())).available),
    );
    return { spent: parseAmount(CREDIT)! - left, earned };
  }

  /** Fails unless the ledger balances, whatever was played. */
  async close(): Promise<void> {
    try {
      const { report } = await this.market.operator.books();
      if (!report.balanced) throw new Error(`the books do not balance: ${JSON.stringify(report.faults)}`);
    } finally {
      await this.market.stop();
      await this.market.database.close();
    }
  }

  private async becomes(captureId: string, state: string): Promise<void> {
    await eventually(async () => (await this.market.operator.captures.get(captureId as Id<'capture'>)).state === state, `${captureId} ${state}`); // prettier-ignore
  }
}

async function itemsOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

interface Balances {
  readonly balances: readonly { readonly available: string; readonly held: string }[];
}

async function balanceOf(answer: Promise<Balances>): Promise<{ available: bigint; held: bigint }> {
  const { balances } = await answer;
  const sum = (of: 'available' | 'held') => balances.reduce((total, each) => total + parseAmount(each[of])!, 0n);
  return { available: sum('available'), held: sum('held') };
}

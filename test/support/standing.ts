import type { Bounty } from '@groundtruth/sdk/protocol';
import { BountiesService } from '../../src/bounties/index.js';
import { IdentityRepository } from '../../src/identity/index.js';
import { Clock } from '../../src/kernel/clock.js';
import { CONFIG } from '../../src/platform/config/index.js';
import { UnitOfWork, type Tx } from '../../src/platform/database/index.js';
import { Outbox } from '../../src/platform/outbox/index.js';
import { StandingBudget } from '../../src/standing/standing.budget.js';
import { StandingEnding } from '../../src/standing/standing.ending.js';
import { StandingRepository } from '../../src/standing/standing.repository.js';
import { StandingRunner } from '../../src/standing/standing.runner.js';
import { StandingRunsRepository } from '../../src/standing/standing-runs.repository.js';
import type { Results } from '../simulation/desk.js';
import { sheepTerms } from './cast.js';
import type { DeskMarket, Funded } from './desk-market.js';

export const SHEEP: Results = { objects: { status: 'pass', score: 0.9, evidence: { objects: [{ label: 'sheep', count: 3, score: 0.9 }] } } }; // prettier-ignore

/** Sheep for 5 dollars, again and again. */
export function template(open_for_s = 3_600) {
  const { window: _, ...terms } = sheepTerms({
    price: { schedule: 'fixed', amount: '5.000000' },
    criteria: { all: [{ object: { label: 'sheep' } }], unique: false, provenance: 'signed' },
  });
  return { ...terms, price: { schedule: 'fixed', amount: '5.000000' }, open_for_s } as const;
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
export const bountiesOf = (agent: Funded): Promise<Bounty[]> => all(agent.client.bounties.list({ mine: true }));

/** A process that is killed at its n-th transaction: before the commit, which undoes it, or right after. */
class DyingUnitOfWork extends UnitOfWork {
  constructor(
    market: DeskMarket,
    private left: number,
    private readonly committed: boolean,
  ) {
    super(market.database.dataSource, market.clock);
  }

  override async run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const dies = --this.left === 0;
    const result = await super.run(async (tx) => {
      const done = await work(tx);
      if (dies && !this.committed) throw new Killed();
      return done;
    });
    if (dies) throw new Killed();
    return result;
  }
}
export class Killed extends Error {}

/** The runner as another process has it. */
export function runnerThatDies(market: DeskMarket, at: number, committed: boolean): StandingRunner {
  const { app } = market.http;
  return new StandingRunner(
    new DyingUnitOfWork(market, at, committed),
    app.get(StandingRepository),
    app.get(StandingRunsRepository),
    app.get(StandingBudget),
    app.get(StandingEnding),
    app.get(BountiesService),
    app.get(IdentityRepository),
    app.get(Outbox),
    app.get(Clock),
    app.get(CONFIG),
  );
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContributorClient } from '@groundtruth/sdk/contributor';
import type { BountyTermsInput, Capture } from '@groundtruth/sdk/protocol';
import { every } from '../../../src/platform/time.js';
import { CapturesRepository } from '../../../src/captures/index.js';
import { UnitOfWork } from '../../../src/platform/database/index.js';
import { Desk, NEAR_MISS, type Results } from '../../simulation/desk.js';
import { newWorker, sheepTerms, shotOf, type Worker } from '../../support/cast.js';
import { eventually } from '../../support/eventually.js';
import { photo } from '../../support/photos.js';
import { testMarket, type TestMarket } from '../../support/market.js';
import type { World } from './world.js';

const DESK_POLL_MS = 50;
const SETTINGS = {
  VERIFIERS: '0',
  SWEEP_INTERVAL_MS: '200',
  CHAIN_POLL_MS: '200',
  CHAIN_ROOT_INTERVAL_S: '1',
  CHAIN_CLAIM_MIN: '1000.000000',
  EMBEDDED_STRIPE: 'on',
  STRIPE_POLL_MS: '200',
  CARD_MATURITY_S: '0',
  CARD_MATURITY_NEW_S: '0',
  EGRESS_ALLOW_PRIVATE: '127.0.0.0/8',
  RESERVATIONS_ACTIVE_MAX: '100',
  RESERVATIONS_ACTIVE_NEW_MAX: '100',
  SORTITION_ROUND_S: '2',
  SANDBOX_CLOCK: 'on',
  APP_ATTEST_APP_IDS: 'AB12CD34EF.org.example.app',
};

export type Funded = Awaited<ReturnType<TestMarket['funded']>>;

/** The market all examples run on: every part is real but the pictures, which a desk judges as it is told. */
export interface Stage {
  readonly market: TestMarket;
  /** Temporary; what an example writes lands here. */
  readonly folder: string;
  readonly agent: Funded;
  readonly worker: Worker;
  /** Hands in something for a new bounty, and waits for this state. Every check passes where `results` say nothing. */
  handIn(state: Capture['state'], how?: { terms?: Partial<BountyTermsInput>; results?: Results }): Promise<Capture>;
  end(): Promise<void>;
}

/** What fixtures are made of: others of the same example, and the stage. */
export type Need = Stage & { readonly stop: AbortController } & { <N extends keyof World>(name: N): Promise<World[N]> };
export type Fixtures = { readonly [N in keyof World]: (need: Need) => World[N] | Promise<World[N]> };

/** Made once for all examples: for what no example uses up. */
export function shared<T>(make: (need: Need) => Promise<T>): (need: Need) => Promise<T> {
  const made = new WeakMap<object, Promise<T>>();
  return (need) => {
    const { market } = need;
    if (!made.has(market)) made.set(market, make(need));
    return made.get(market)!;
  };
}

export async function openStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'examples-'));
  await writeFile(join(folder, 'square.jpg'), photo('march-pastoral'));
  const market = await testMarket({ ...SETTINGS, DATA_DIR: folder });
  const agent = await market.funded('10000.000000');
  const worker = await newWorker(market.baseUrl, 'Aiko');
  const results = new Map<string, Results>();
  const desk = sitting(market, results);
  return {
    market,
    folder,
    agent,
    worker,
    handIn: async (state, { terms = {}, results: told } = {}) => {
      const bounty = await agent.client.bounties.create(sheepTerms(terms));
      if (told) results.set(bounty.id, told);
      const { id } = await capture(worker.client, worker, bounty.id);
      return eventually(async () => {
        const seen = await market.operator.captures.get(id);
        return seen.state === state ? agent.client.captures.get(id) : null;
      }, `a capture that is ${state}`);
    },
    end: async () => {
      await desk.stop();
      await market.end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function capture(client: ContributorClient, { device }: Worker, bountyId: string): Promise<Capture> {
  const reservation = await client.reservations.create(bountyId);
  const { finding: _, ...shot } = shotOf(Buffer.from(`no picture, ${reservation.id}`));
  return client.capture({ reservation, device, ...shot });
}

/** Judges every capture as it comes in, once, and signs what people decided about one. */
function sitting(market: TestMarket, results: ReadonlyMap<string, Results>) {
  const desk = new Desk(market);
  const judged = new Set<string>();
  const round = async (): Promise<void> => {
    const rows = await market.database.dataSource.query(
      `SELECT id, bounty_id, state, attempt FROM capture WHERE state IN ('verifying', 'review', 'rejected')`,
    );
    for (const { id, bounty_id, state, attempt } of rows as Row[]) {
      if (state !== 'verifying') await desk.conclude(id);
      else if (!judged.has(`${id}/${attempt}`)) {
        const told = results.get(bounty_id) ?? {};
        if (told === NEAR_MISS) await show(market, id);
        await desk.judgeWith(id, told);
        judged.add(`${id}/${attempt}`);
      }
    }
  };
  return every(DESK_POLL_MS, round, (error) => {
    throw error;
  });
}

/** A near miss goes to its requester only with a picture to look at. */
const show = ({ http: { app } }: TestMarket, id: string): Promise<unknown> =>
  app.get(UnitOfWork).run((tx) => app.get(CapturesRepository).setDerivative(tx, id, `derivatives/${id}`));

interface Row {
  readonly id: string;
  readonly bounty_id: string;
  readonly state: Capture['state'];
  readonly attempt: number;
}

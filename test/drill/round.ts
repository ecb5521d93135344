import { AgentClient, OperatorClient } from '@groundtruth/sdk/agent';
import { ContributorClient, DeviceKey, sealCapture } from '@groundtruth/sdk/contributor';
import type { Bounty } from '@groundtruth/sdk/protocol';
import { sleep } from '../../src/platform/time.js';
import { sheepTerms, shotOf } from '../support/cast.js';
import { photo } from '../support/photos.js';
import { again, becomes } from './persistence.js';
import type { Step } from './plan.js';

const CREDIT = '10.000000';
const PRICE = '1.000000';
/** What is left of the credit for each number of captures paid: price and a fee of ten percent each. */
const leftAfter = (captures: number): string => (10 - captures * 1.1).toFixed(6);

const SETTLED_MS_MAX = 120_000;
const CLOSED_MS_MAX = 60_000;

export interface RoundOptions {
  readonly baseUrl: string;
  readonly operatorKey: string;
  /** Unique: keys of requests follow from it. */
  readonly name: string;
  /** How long each capture waits before it begins; as many captures as there are waits. */
  readonly stagger_ms: readonly number[];
  /** Told when the first capture begins a step. */
  readonly onStep: (step: Step) => void;
  /** Told when every capture is paid, or will not be. */
  readonly onPaid: () => void;
}

export interface CaptureOutcome {
  readonly id: string;
  readonly state: string;
  /** What its contributor, who does nothing else, owns at the end. */
  readonly available: string;
  readonly payments: number;
  /** Whether that is one payment of the price. */
  readonly right: boolean;
}

export interface RoundOutcome {
  readonly captures: readonly CaptureOutcome[];
  /** What is wrong with bounty, agent or books; empty when nothing is. */
  readonly faults: readonly string[];
}

/**
 * One bounty from credit to close, with one new contributor a slot. Every request is repeated under one key until it is answered, so
 * whatever dies meanwhile, the end must be the same.
 */
export async function playRound(options: RoundOptions): Promise<RoundOutcome> {
  const { baseUrl, operatorKey, name, stagger_ms, onStep, onPaid } = options;
  const operator = new OperatorClient({ baseUrl, apiKey: operatorKey });
  const { id, api_key } = await again(() => AgentClient.agents.register({ baseUrl, name }));
  const agent = new AgentClient({ baseUrl, apiKey: api_key });
  onStep('credit');
  await again(() => operator.sandbox.credit(id, CREDIT, { idempotencyKey: `${name}:credit` }));
  onStep('post');
  const terms = sheepTerms({
    criteria: { all: [{ object: { label: 'sheep' } }], unique: false },
    price: { schedule: 'fixed', amount: PRICE },
    quantity: stagger_ms.length,
  });
  const bounty = await again(() => agent.bounties.create(terms, { idempotencyKey: `${name}:post` }));
  const captures = await Promise.all(
    stagger_ms.map(async (wait_ms, slot) => {
      await sleep(wait_ms);
      return contribute(options, bounty, slot);
    }),
  );
  onPaid();
  const faults: string[] = [];
  const closed = async (): Promise<boolean> => (await again(() => agent.bounties.get(bounty.id))).state === 'closed';
  if (!(await becomes(closed, CLOSED_MS_MAX))) faults.push(`${bounty.id} does not close`);
  const { available } = (await again(() => agent.balance.get())).balances[0]!;
  const left = leftAfter(captures.length);
  if (available !== left) faults.push(`the agent of ${bounty.id} has ${available} left, not ${left}`);
  const { balanced, report } = await again(() => operator.books());
  if (!balanced) faults.push(`the books do not balance: ${JSON.stringify(report).slice(0, 1_000)}`);
  return { captures, faults };
}

async function contribute({ baseUrl, name, onStep }: RoundOptions, bounty: Bounty, slot: number) {
  const once = (step: string) => ({ idempotencyKey: `${name}:${slot}:${step}` });
  const begin = slot === 0 ? onStep : () => undefined;
  const { api_key } = await again(() => ContributorClient.contributors.register({ baseUrl, name, adult: true }));
  const client = new ContributorClient({ baseUrl, apiKey: api_key });
  const key = await DeviceKey.generate();
  const device = await again(() => client.devices.enrol(key, once('device')));
  begin('reserve');
  const reservation = await again(() => client.reservations.create(bounty.id, once('reserve')));
  const bytes = photo('march-pastoral');
  const sealed = await sealCapture(reservation, shotOf(bytes), device);
  begin('seal');
  await again(() => client.captures.seal(sealed, once('seal')));
  begin('announce');
  const announced = await again(() => client.captures.create(sealed, once('announce')));
  begin('upload');
  await again(() => client.captures.upload(announced, bytes));
  begin('submit');
  await again(() => client.captures.submit(announced.id, once('submit')));
  return outcomeOf(client, announced.id);
}

async function outcomeOf(client: ContributorClient, id: string): Promise<CaptureOutcome> {
  let state = 'submitted';
  await becomes(async () => {
    state = (await again(() => client.captures.get(id))).state;
    return ['settled', 'rejected', 'review'].includes(state);
  }, SETTLED_MS_MAX);
  const { balances } = await again(() => client.balance.get());
  const payments = await again(async () => {
    let count = 0;
    for await (const { direction } of client.transfers.list()) if (direction === 'in') count++;
    return count;
  });
  const available = balances[0]?.available ?? '0.000000';
  return { id, state, available, payments, right: state === 'settled' && payments === 1 && available === PRICE };
}

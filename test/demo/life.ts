import { OperatorClient, type AgentClient } from '@groundtruth/sdk/agent';
import type { Capture } from '@groundtruth/sdk/protocol';
import type { Market } from '../../src/market.js';
import { deliver, newAgent, newWorker, sheepTerms, shotOf, type Worker } from '../support/cast.js';
import { sheepWithCard, withCard } from '../support/photos.js';
import { Audience, HEARD_NOTHING } from './audience.js';
import type { Stage } from './stage.js';

/** Who played, for what comes after. */
interface Cast {
  readonly operator: OperatorClient;
  readonly agent: AgentClient;
  readonly worker: Worker;
  /** The accepted picture; null when none was. */
  readonly picture: Buffer | null;
}

/** One bounty from posting to a checked observation. With a photo of your own, until its verdict. */
export async function playLife(stage: Stage, market: Market, photo: Buffer | null) {
  const { origin: baseUrl, keyring } = market;
  const operator = new OperatorClient({ baseUrl, apiKey: keyring.operator_keys.test });
  const agent = await newAgent(baseUrl, 'weather desk');
  await operator.sandbox.credit(agent.id, '100.000000');
  const audience = await Audience.arrive(baseUrl, operator);
  stage.did('an operator credits two agents with sandbox dollars');

  const terms = sheepTerms({
    criteria: { all: [{ object: { label: 'sheep' } }], provenance: 'signed', code_in_scene: true },
  });
  const quote = await agent.client.bounties.quote(terms);
  stage.did(
    `a quote: policy ${quote.policy.outcome}, hold ${quote.hold} ${quote.currency}, fee ${quote.fee_each} a capture`,
  );
  const bounty = await agent.client.bounties.create(terms);
  stage.did(
    `a bounty is ${bounty.state}: sheep within 150 m, ${bounty.price_now} ${bounty.currency}, code in the scene`,
  );

  const worker = await newWorker(baseUrl, 'Aiko');
  const reservation = await worker.client.reservations.create(bounty.id);
  stage.did(`a contributor reserves it; the challenge code is ${reservation.challenge.code}`);
  const picture =
    photo === null
      ? await sheepWithCard(reservation.challenge.code)
      : await withCard(photo, reservation.challenge.code);
  const capture = await stage.time('submitted_to_paid', () => deliver(worker, reservation, shotOf(picture)));
  stage.did(`the photo is sealed by the device key, uploaded and verified: ${outcomeOf(capture)}`);
  const verdict = await worker.client.captures.verdict(capture.id);
  stage.checks(verdict.verdict.checks);

  const base = {
    bounty,
    capture,
    verdict: verdict.verdict,
    cast: { operator, agent: agent.client, worker, picture: null } as Cast,
  };
  if (capture.state !== 'settled') {
    audience.leave();
    const books = await operator.books();
    return { ...base, transfers: [], ...HEARD_NOTHING, books_balance: books.balanced };
  }
  const transfers = await collect(worker.client.transfers.list());
  stage.did(`the contributor is paid ${capture.detail?.paid ?? ''}`);

  const heard = await audience.hear(stage, verdict);
  await agent.client.bounties.waitFor(bounty.id, { until: ['closed'] });
  audience.leave();
  const books = await operator.books();
  stage.did(`the bounty closes; the books ${books.balanced ? 'balance' : 'DO NOT BALANCE'}`);
  return {
    ...base,
    cast: { ...base.cast, picture },
    transfers,
    ...heard,
    books_balance: books.balanced,
  };
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** How a capture ended, with the check that failed. */
export function outcomeOf({ state, detail }: Capture): string {
  return detail?.failed_check ? `${state}, failing check ${detail.failed_check}` : state;
}

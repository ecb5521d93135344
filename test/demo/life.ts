import { OperatorClient, type AgentClient } from '@groundtruth/sdk/agent';
import { FeedClient, verifyObservation, verifyVerdict } from '@groundtruth/sdk/feeds';
import type { Capture, ObservationCard } from '@groundtruth/sdk/protocol';
import type { Market } from '../../src/market.js';
import { deliver, newAgent, newWorker, sheepTerms, shotOf, type Worker } from '../support/cast.js';
import { sheepWithCard, withCard } from '../support/photos.js';
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
  const bot = await newAgent(baseUrl, 'market bot');
  await operator.sandbox.credit(agent.id, '100.000000');
  await operator.sandbox.credit(bot.id, '1.000000');
  stage.did('an operator credits two agents with sandbox dollars');

  const feed = new FeedClient({ baseUrl, apiKey: bot.api_key });
  const listening = new AbortController();
  const firstCard = nextCard(feed, listening.signal);
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
  stage.did(`the photo is sealed by the device key, uploaded and verified: ${capture.state}${failure(capture)}`);
  const verdict = await worker.client.captures.verdict(capture.id);
  for (const check of verdict.verdict.checks)
    stage.say(
      `      ${check.check.padEnd(10)} ${check.status}${check.score === undefined ? '' : ` (score ${check.score.toFixed(2)})`}`,
    );

  const base = {
    bounty,
    capture,
    verdict: verdict.verdict,
    cast: { operator, agent: agent.client, worker, picture: null } as Cast,
  };
  if (capture.state !== 'settled') {
    listening.abort();
    const books = await operator.books();
    return {
      ...base,
      transfers: [],
      observation: null,
      signature_valid: null,
      proof_valid: null,
      books_balance: books.balanced,
    };
  }
  const transfers = await collect(worker.client.transfers.list());
  stage.did(`the contributor is paid ${capture.detail?.paid ?? ''}`);

  const card = (await stage.time('paid_to_feed', () => firstCard))!;
  stage.did(`a bot that was streaming gets the card of ${card.id}`);
  const keys = await feed.keys('test');
  const { body } = await feed.observations.read(card.id);
  const observed = await holds(() => verifyObservation(body, keys, { allowTest: true }));
  const decided = await holds(async () =>
    verifyVerdict({ ...verdict, proof: verdict.proof! }, keys, { allowTest: true }),
  );
  stage.did(`it buys the body for ${card.price}: ${JSON.stringify(body.record.facts)}, tier ${body.record.tier}`);
  stage.did(
    `its signature and log proof ${observed ? 'check' : 'DO NOT CHECK'}; the verdict ${decided ? 'can be decided again from its checks' : 'DOES NOT CHECK'}`,
  );
  await agent.client.bounties.waitFor(bounty.id, { until: ['closed'] });
  listening.abort();
  const books = await operator.books();
  stage.did(`the bounty closes; the books ${books.balanced ? 'balance' : 'DO NOT BALANCE'}`);
  return {
    ...base,
    cast: { ...base.cast, picture },
    transfers,
    observation: body.record,
    signature_valid: observed,
    proof_valid: observed && decided,
    books_balance: books.balanced,
  };
}

/** The first card of a stream; null when it was ended before one came. */
async function nextCard(feed: FeedClient, signal: AbortSignal): Promise<ObservationCard | null> {
  for await (const card of feed.stream({ signal })) return card;
  return null;
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function holds(check: () => Promise<unknown>): Promise<boolean> {
  try {
    await check();
    return true;
  } catch (error) {
    process.stderr.write(`${String(error)}\n`);
    return false;
  }
}

function failure(capture: Capture): string {
  return capture.detail?.failed_check ? `, failing check ${capture.detail.failed_check}` : '';
}

import { OperatorClient } from '@groundtruth/sdk/agent';
import type { CardPayoutAccount, Payout } from '@groundtruth/sdk/protocol';
import type { Market } from '../../src/market.js';
import { Reconciliations } from '../../src/payments/index.js';
import type { MovableClock } from '../../src/platform/movable-clock.js';
import { deliver, newAgent, newWorker, sheepTerms, shotOf, type Worker } from '../support/cast.js';
import { eventually } from '../support/eventually.js';
import { sheepWithCard, withCard } from '../support/photos.js';
import { collect, outcomeOf } from './life.js';
import type { Stage } from './stage.js';

const TOP_UP = '100.000000';
/** Higher prices ask for more than a signature; three captures come to more than the least that a bank is paid. */
const PRICE = '18.000000';
const QUANTITY = 3;
const RETURN_URL = 'https://example.org/back';
const DAY_MS = 86_400_000;
/** Money paid by an agent so new may leave after that; a day more, so that the batch of a day is due. */
const MATURITY_DAYS = 15;
const BANK_DAYS = 1;
const BANK_DAYS_MAX = 7;

/**
 * Card in, bank out: a top-up that the cardholder's bank asks about, a bounty paid from it, and the contributor's money at a bank. The card
 * processor is the simulator, and the clock is moved over the weeks in which nothing happens. With a photo of your own that is not accepted,
 * until its verdict.
 */
export async function playCard(stage: Stage, market: Market, clock: MovableClock, photo: Buffer | null) {
  const { origin: baseUrl, keyring } = market;
  const operator = new OperatorClient({ baseUrl, apiKey: keyring.operator_keys.test });
  const agent = await newAgent(baseUrl, 'card desk');
  stage.say('  The card processor is a simulator. It is not Stripe: no card is charged and nobody is paid.');
  const top_up = await stage.time('top_up', () => topUp(stage, agent.client));
  const bounty = await agent.client.bounties.create(terms());
  const spent = await agent.client.balance.get();
  const left = spent.balances.find(({ fund }) => fund === 'card')?.available ?? '0.000000';
  stage.did(
    `a bounty of ${QUANTITY} photos at ${PRICE} is ${bounty.state}, held from the card balance, where ${left} is left`,
  );

  const worker = await newWorker(baseUrl, 'Chiyo');
  const capture = await stage.time('submitted_to_paid', () => shoot(worker, bounty.id, photo));
  stage.did(`a contributor’s photo is sealed, uploaded and verified: ${outcomeOf(capture)}`);
  if (capture.state !== 'settled') {
    const { balanced } = await operator.books();
    return {
      top_up,
      bounty,
      capture,
      account: null,
      payout: null,
      days_moved: 0,
      reconciled: null,
      books_balance: balanced,
    };
  }
  for (let more = 1; more < QUANTITY; more++)
    stage.did(`another one from the same place: ${outcomeOf(await shoot(worker, bounty.id, photo))}`);
  await agent.client.bounties.waitFor(bounty.id, { until: ['closed'] });

  const account = await stage.time('onboarding', () => onboard(stage, worker));
  const start = clock.now();
  const payout = await stage.time('payout', () => payOut(stage, worker, clock));
  const days_moved = Math.round((clock.now() - start) / DAY_MS);
  const result = await market.http.app.get(Reconciliations, { strict: false }).run('test', '2026-01-01');
  const reconciled = result === null ? null : { matched: result.matched, findings: result.findings.length };
  stage.did(`processor and ledger are compared: ${reconciled?.matched} rows match, ${reconciled?.findings} do not`);
  const { balanced } = await operator.books();
  stage.did(`the books ${balanced ? 'balance' : 'DO NOT BALANCE'}`);
  return { top_up, bounty, capture, account, payout, days_moved, reconciled, books_balance: balanced };
}

const terms = () =>
  sheepTerms({
    price: { schedule: 'fixed', amount: PRICE },
    quantity: QUANTITY,
    criteria: { all: [{ object: { label: 'sheep' } }], provenance: 'signed', code_in_scene: true, unique: false },
  });

/** Reserves, photographs the place with the code of the reservation in the scene, and hands in. */
async function shoot(worker: Worker, bountyId: string, photo: Buffer | null) {
  const reservation = await worker.client.reservations.create(bountyId);
  const { code } = reservation.challenge;
  const picture = photo === null ? await sheepWithCard(code) : await withCard(photo, code);
  return deliver(worker, reservation, shotOf(picture));
}

type Client = Awaited<ReturnType<typeof newAgent>>['client'];

/** The card is one whose bank always asks; its cardholder opens the bank's page and agrees. */
async function topUp(stage: Stage, client: Client) {
  const card = { payment_method: 'pm_card_threeDSecure2Required', return_url: RETURN_URL };
  const { id } = await client.topUps.create({ amount: TOP_UP, ...card });
  const asked = await client.topUps.waitFor(id, { until: 'requires_action' });
  stage.did(`a top-up of ${TOP_UP} ${asked.currency} ${asked.state}: the bank wants its cardholder (3-D Secure)`);
  await press(`${asked.action!.url!}?holder=agrees`);
  const paid = await client.topUps.waitFor(id, { until: 'succeeded' });
  stage.did(`the cardholder agrees on the bank’s page; the whole ${paid.amount} is credited, once`);
  return paid;
}

/** The contributor follows the link, and gives the processor what the law asks of it. */
async function onboard(stage: Stage, { client }: Worker): Promise<CardPayoutAccount> {
  const opened = await client.payouts.openCard({ country: 'US', return_url: RETURN_URL });
  stage.did(
    `the contributor opens an account at the processor: ${opened.state}, waits for ${opened.waits_for.join(', ')}`,
  );
  await press(opened.link!.url);
  const account = await eventually(async () => {
    const card = await cardAccount(client);
    return card.state === 'enabled' ? card : null;
  }, 'an enabled account');
  stage.did(`it gives name and bank account there: ${account.state}; ${account.maturing} is maturing`);
  return account;
}

async function payOut(stage: Stage, { client }: Worker, clock: MovableClock): Promise<Payout> {
  stage.say(`  The clock is moved: ${MATURITY_DAYS} days pass, in which a stolen card would have been disputed.`);
  clock.moveTo(clock.ahead_ms + MATURITY_DAYS * DAY_MS);
  const sent = await eventually(async () => (await collect(client.payouts.list()))[0], 'the payout of the day');
  stage.did(`the batch of the day pays ${sent.amount} by one transfer: ${sent.id} is ${sent.state}`);
  for (let days = 0; days < BANK_DAYS_MAX; days += BANK_DAYS) {
    stage.say(`  The clock is moved: ${BANK_DAYS} day passes.`);
    clock.moveTo(clock.ahead_ms + BANK_DAYS * DAY_MS);
    const now = await look(client, sent.id);
    if (now.state !== 'paid') continue;
    stage.did(`the bank has it: ${now.id} is ${now.state}`);
    return now;
  }
  throw new Error(`${sent.id} did not reach the bank within ${BANK_DAYS_MAX} days`);
}

/** A moved clock is noticed within a second or two: the payout as it is then. */
async function look(client: Worker['client'], id: string): Promise<Payout> {
  const patience_ms = 3_000;
  const until = performance.now() + patience_ms;
  let payout = await client.payouts.get(id);
  while (payout.state !== 'paid' && performance.now() < until) payout = await client.payouts.get(id);
  return payout;
}

async function cardAccount(client: Worker['client']): Promise<CardPayoutAccount> {
  const account = (await client.payouts.accounts()).find(({ rail }) => rail === 'card');
  if (account?.rail !== 'card') throw new Error('the contributor has no account for card money');
  return account;
}

/** What a person does in a browser: presses the one button that matters. */
async function press(url: string): Promise<void> {
  const { status } = await fetch(url, { method: 'POST', redirect: 'manual' });
  if (status !== 303) throw new Error(`the page answered ${status}`);
}

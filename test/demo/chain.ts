import { OperatorClient, type AgentClient } from '@groundtruth/sdk/agent';
import { ProblemError } from '@groundtruth/sdk/contributor';
import type { Bounty, Release } from '@groundtruth/sdk/protocol';
import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts';
import type { Market } from '../../src/market.js';
import { deliver, newAgent, newWorker, sheepTerms, shotOf, type Worker } from '../support/cast.js';
import { eventually } from '../support/eventually.js';
import { sheepWithCard, withCard } from '../support/photos.js';
import { Audience, HEARD_NOTHING } from './audience.js';
import { refusal, type RefusedCheat } from './cheats.js';
import { Explorer } from './explorer.js';
import { collect, outcomeOf } from './life.js';
import type { Stage } from './stage.js';

export interface ChainPlay {
  /** A photo of your own; null for ours. */
  readonly photo: Buffer | null;
  /** Leaves out what the balance rail has shown just before: the quote, the checks, and the feed. */
  readonly brief: boolean;
}

/** Two slots, of which one is filled: so that something is paid and something returns. */
const QUANTITY = 2;
const START = '100.000000';
const NO_WALLET = 'reserving with no wallet named';

export const newWallet = (): PrivateKeyAccount => privateKeyToAccount(generatePrivateKey());

/** Terms on the stablecoin rail that a picture of sheep meets; `unique`: no picture that was paid before. */
export const chainTerms = (payer: PrivateKeyAccount, unique = true) =>
  sheepTerms({
    criteria: { all: [{ object: { label: 'sheep' } }], provenance: 'signed', code_in_scene: true, unique },
    quantity: QUANTITY,
    rail: 'stablecoin',
    currency: 'USDC',
    payer: { address: payer.address },
  });

/**
 * One bounty whose money never passes through the exchange: from a wallet into the escrow, to a contributor's wallet, and the rest back. With a
 * photo of your own that is not accepted, until its verdict: the money stays in the escrow.
 */
export async function playOnChain(stage: Stage, market: Market, { photo: own, brief }: ChainPlay) {
  const { origin: baseUrl, keyring } = market;
  const operator = new OperatorClient({ baseUrl, apiKey: keyring.operator_keys.test });
  const { client: agent } = await newAgent(baseUrl, 'harbour desk');
  const audience = brief ? null : await Audience.arrive(baseUrl, operator);
  const payer = newWallet();
  // The balance rail has paid for the one picture we have.
  const terms = chainTerms(payer, !brief);
  const { bounty, explorer } = await stage.time('signed_to_open', () =>
    fund(stage, market, agent, payer, terms, brief),
  );
  const { entry } = bounty.escrow!;
  const before = await explorer.balanceOf(payer.address);

  const worker = await newWorker(baseUrl, 'Ben');
  const wallet = newWallet();
  const walletless = await refusal(() => worker.client.reservations.create(bounty.id));
  stage.refused(NO_WALLET, walletless);
  await worker.client.payouts.name(wallet, { direct: true });
  stage.did(
    `a contributor proves with a signature that ${wallet.address} is theirs, to be paid there at once and not through the Distributor`,
  );
  const reservation = await worker.client.reservations.create(bounty.id);
  const { code } = reservation.challenge;
  const picture = own === null ? await sheepWithCard(code) : await withCard(own, code);
  const capture = await stage.time('submitted_to_settled_on_chain_rail', () =>
    deliver(worker, reservation, shotOf(picture)),
  );
  stage.did(`they reserve it, and the photo with code ${code} is sealed, uploaded and verified: ${outcomeOf(capture)}`);
  const verdict = await worker.client.captures.verdict(capture.id);
  if (!brief) stage.checks(verdict.verdict.checks);

  const settled = capture.state === 'settled';
  const release = settled
    ? await stage.time('settled_to_paid_on_chain', () => paid(stage, explorer, worker, capture.id))
    : null;
  const transfers = settled ? await collect(worker.client.transfers.list()) : [];
  const heard = (settled && (await audience?.hear(stage, verdict))) || HEARD_NOTHING;
  audience?.leave();
  if (settled) {
    await stage.time('cancelled_to_returned', () => close(agent, bounty));
    const { refunded } = await explorer.accountOf(entry);
    stage.did(`the agent cancels the rest: a signed closing statement returns ${refunded} to the payer`);
  }

  const compared = await explorer.compare(bounty.escrow!.terms);
  const equal = compared.every(({ ledger, chain }) => ledger === chain);
  const books = await operator.books();
  stage.did(
    `the ledger says ${equal ? 'what the chain says' : 'OTHER THAN THE CHAIN'}; the books ${books.balanced ? 'balance' : 'DO NOT BALANCE'}`,
  );
  const { chain } = bounty.escrow!;
  return {
    cast: { agent, worker, payer, wallet },
    bounty: await agent.bounties.get(bounty.id),
    capture,
    verdict: verdict.verdict,
    transfers,
    ...heard,
    books_balance: books.balanced,
    release,
    refusals: [{ attempt: NO_WALLET, code: walletless }] as RefusedCheat[],
    chain: {
      bounty_id: bounty.id,
      capture_id: capture.id,
      chain_id: chain.chain_id,
      escrow: chain.escrow,
      token: chain.token.address,
      entry,
      transactions: await explorer.transactionsOf(entry),
      account: await explorer.accountOf(entry),
      balances: {
        payer: { address: payer.address, start: START, funded: before, end: await explorer.balanceOf(payer.address) },
        contributor: { address: wallet.address, start: '0.000000', end: await explorer.balanceOf(wallet.address) },
      },
      compared,
      ledger_equals_chain: equal,
    },
  };
}

/** From an empty wallet to an open bounty: the wallet signs once, and sends nothing. */
async function fund(
  stage: Stage,
  market: Market,
  agent: AgentClient,
  payer: PrivateKeyAccount,
  terms: ReturnType<typeof chainTerms>,
  brief: boolean,
) {
  if (!brief) {
    const quote = await agent.bounties.quote(terms);
    stage.did(
      `a quote: policy ${quote.policy.outcome}, hold ${quote.hold} ${quote.currency}, fee ${quote.fee_each} a capture`,
    );
  }
  await agent.faucet.pour(payer.address, START);
  const draft = await agent.bounties.create(terms);
  const { escrow } = draft;
  const explorer = new Explorer(market, escrow!.chain);
  await eventually(async () => (await explorer.balanceOf(payer.address)) === START, 'money from the faucet');
  stage.did(`wallet ${payer.address} has ${START} test dollars from the faucet`);
  await agent.bounties.fundFrom(draft, payer);
  stage.did(
    `the agent posts a bounty for two captures and signs once: ${escrow!.amount} ${draft.currency}, to this escrow, for these terms`,
  );
  const bounty = await agent.bounties.waitFor(draft.id, { until: 'open' });
  stage.did(`the chain shows the money, in transaction ${bounty.escrow!.transaction}: the bounty is ${bounty.state}`);
  return { bounty, explorer };
}

/** The releaser's signature, then the money. */
async function paid(stage: Stage, explorer: Explorer, worker: Worker, captureId: string): Promise<Release> {
  const signed = await eventually(() => releaseOf(worker, captureId), 'the signed release');
  stage.did(`the release arrives, signed by a process that hears no request: ${signed.amount} to ${signed.to}`);
  const release = await eventually(async () => {
    const seen = await releaseOf(worker, captureId);
    return seen?.state === 'paid' ? seen : null;
  }, 'the payment');
  stage.did(`the wallet holds ${await explorer.balanceOf(release.to)} on chain, by transaction ${release.transaction}`);
  return release;
}

async function releaseOf(worker: Worker, captureId: string): Promise<Release | null> {
  try {
    return await worker.client.payouts.release(captureId);
  } catch (error) {
    if (error instanceof ProblemError && error.code === 'not_found') return null;
    throw error;
  }
}

async function close(agent: AgentClient, { id }: Bounty): Promise<void> {
  await agent.bounties.cancel(id);
  await agent.bounties.waitFor(id, { until: 'closed' });
  await eventually(
    async () => (await agent.bounties.get(id)).escrow?.state === 'closed',
    'the end of the escrow entry',
  );
}

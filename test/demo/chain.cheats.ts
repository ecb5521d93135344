import type { AgentClient } from '@groundtruth/sdk/agent';
import { chainProblemOf, releaseTransaction } from '@groundtruth/sdk/contributor';
import type { Bounty, Release } from '@groundtruth/sdk/protocol';
import { createPublicClient, http } from 'viem';
import type { PrivateKeyAccount } from 'viem/accounts';
import type { Market } from '../../src/market.js';
import { chainTerms, newWallet, type playOnChain } from './chain.js';
import { refusal, type RefusedCheat } from './cheats.js';
import type { Stage } from './stage.js';

/** What the exchange refuses, and what the contract refuses even from who has gone past the exchange. */
export async function cheatOnChain(
  stage: Stage,
  market: Market,
  { cast: { agent, payer }, release }: Awaited<ReturnType<typeof playOnChain>>,
): Promise<RefusedCheat[]> {
  if (release === null) throw new Error('cheating on chain needs a capture that was paid');
  const thief = newWallet();
  const draft = await agent.bounties.create(chainTerms(payer));
  const attempts: [string, () => Promise<string>][] = [
    ['an authorization signed by another wallet', () => refusal(() => forged(agent, draft, payer, thief))],
    ['posting the release a second time', () => revert(market, release)],
    ['posting it with another payee', () => revert(market, { ...release, to: thief.address })],
  ];
  const refusals: RefusedCheat[] = [];
  for (const [attempt, run] of attempts) {
    const code = await run();
    stage.refused(attempt, code);
    refusals.push({ attempt, code });
  }
  return refusals;
}

/** Signs what the payer was asked to sign, with a key that is not the payer's. */
async function forged(
  agent: AgentClient,
  draft: Bounty,
  payer: PrivateKeyAccount,
  thief: PrivateKeyAccount,
): Promise<unknown> {
  return agent.bounties.fundFrom(draft, { address: payer.address, signTypedData: thief.signTypedData });
}

/** What the catalogue calls the contract's error. A release that would go through ends the demo with an error. */
async function revert(market: Market, release: Release): Promise<string> {
  const client = createPublicClient({ transport: http(market.chain_url!) });
  const refused = await client.call(releaseTransaction(release)).then(
    () => null,
    (error: unknown) => ({ error, problem: chainProblemOf(error) }),
  );
  if (refused === null) throw new Error('the escrow would pay twice');
  if (refused.problem === null) throw refused.error;
  return refused.problem.code;
}

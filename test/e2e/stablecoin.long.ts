import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bountyEscrowAbi, testUsdAbi } from '@groundtruth/sdk/abi';
import { ProblemError } from '@groundtruth/sdk/agent';
import type { Bounty } from '@groundtruth/sdk/protocol';
import { createPublicClient, http, type Hex } from 'viem';
import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts';
import { eventually } from '../support/eventually.js';
import { newWorker, sheepTerms, shotOf, fulfil, type Worker } from '../support/cast.js';
import { testMarket, type TestMarket } from '../support/market.js';
import { photo } from '../support/photos.js';

const HOLD = 5_500_000n;
const PAY = 5_000_000n;

let dataDir: string;
let market: TestMarket;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'stablecoin-'));
  market = await testMarket({ DATA_DIR: dataDir, CHAIN_POLL_MS: '100' });
}, 300_000);
afterAll(async () => {
  await market.end();
  await rm(dataDir, { recursive: true, force: true });
});

const wallet = (): PrivateKeyAccount => privateKeyToAccount(generatePrivateKey());
const chain = () => createPublicClient({ transport: http(market.chain_url!) });
const newFunder = async (amount = '100.000000') => {
  const agent = await market.funded('0.000001');
  const payer = wallet();
  await agent.client.faucet.pour(payer.address, amount);
  return { ...agent, payer };
};

async function balanceOf(bounty: Bounty, address: Hex): Promise<bigint> {
  const token = bounty.escrow!.chain.token.address;
  return chain().readContract({ address: token, abi: testUsdAbi, functionName: 'balanceOf', args: [address] });
}

/** A funded and open bounty on chain. */
async function openBounty(change = {}) {
  const funder = await newFunder();
  const payer = { address: funder.payer.address };
  const terms = sheepTerms({ rail: 'stablecoin', currency: 'USDC', payer, ...change });
  const draft = await funder.client.bounties.create(terms);
  await eventually(async () => (await balanceOf(draft, funder.payer.address)) > 0n);
  await funder.client.bounties.fundFrom(draft, funder.payer);
  const bounty = await funder.client.bounties.waitFor(draft.id, { until: 'open' });
  return { ...funder, bounty };
}

async function paidWorker(name: string): Promise<Worker & { wallet: PrivateKeyAccount }> {
  const worker = await newWorker(market.baseUrl, name);
  const account = wallet();
  await worker.client.payouts.name(account, { direct: true });
  return { ...worker, wallet: account };
}

describe('a bounty on the stablecoin rail', () => {
  it('is funded with one signature, pays the contributor on chain, and returns the rest', async () => {
    const { client, bounty, payer } = await openBounty({ quantity: 2 });
    expect(bounty).toMatchObject({ held: '11.000000', currency: 'USDC', escrow: { state: 'funded' } });
    const worker = await paidWorker('Aiko');
    const capture = await fulfil(worker, bounty, shotOf(photo('march-pastoral')));
    expect(capture).toMatchObject({ state: 'settled', detail: { paid: '5.000000' } });
    await eventually(async () => (await balanceOf(bounty, worker.wallet.address)) === PAY);
    expect(await worker.client.payouts.release(capture.id)).toMatchObject({ to: worker.wallet.address.toLowerCase() });
    await client.bounties.cancel(bounty.id);
    await client.bounties.waitFor(bounty.id, { until: 'closed' });
    await eventually(async () => (await balanceOf(bounty, payer.address)) === 100_000_000n - HOLD);
    await eventually(async () => (await client.bounties.get(bounty.id)).escrow?.state === 'closed');
    expect(await client.bounties.get(bounty.id)).toMatchObject({ held: '0.000000' });
    const { entry, chain: at } = bounty.escrow!;
    const [funded, paid, owed, refundable, refunded] = await chain().readContract({
      address: at.escrow, abi: bountyEscrowAbi, functionName: 'accountOf', args: [entry],
    }); // prettier-ignore
    expect([funded, paid, owed, refundable, refunded]).toEqual([2n * HOLD, HOLD, 0n, 0n, HOLD]);
    await market.balanced();
  }, 300_000);

  it('stays a draft while the wallet that is to pay does not hold the money', async () => {
    const funder = await newFunder('1.000000');
    const payer = { address: funder.payer.address };
    const draft = await funder.client.bounties.create(sheepTerms({ rail: 'stablecoin', currency: 'USDC', payer }));
    expect(draft).toMatchObject({ state: 'draft', held: '0.000000', escrow: { state: 'offered', amount: '5.500000' } });
    const refused = funder.client.bounties.fundFrom(draft, funder.payer);
    await expect(refused).rejects.toMatchObject({ code: 'insufficient_funds', retry: 'after_funding' });
    const { state, escrow } = await funder.client.bounties.get(draft.id);
    expect([state, escrow?.state]).toEqual(['draft', 'offered']);
  }, 60_000);

  it('refuses an authorization of another wallet, and work of whoever has named none', async () => {
    const funder = await newFunder();
    const payer = { address: funder.payer.address };
    const draft = await funder.client.bounties.create(sheepTerms({ rail: 'stablecoin', currency: 'USDC', payer }));
    const stranger = wallet();
    const posing = { address: payer.address, signTypedData: stranger.signTypedData } as PrivateKeyAccount;
    await expect(funder.client.bounties.fundFrom(draft, posing)).rejects.toMatchObject({ code: 'signature_invalid' });
    await expect(funder.client.bounties.fundFrom(draft, stranger)).rejects.toThrow('who is to pay');
    const { bounty } = await openBounty();
    const worker = await newWorker(market.baseUrl, 'Ben');
    const refused = worker.client.reservations.create(bounty.id);
    await expect(refused).rejects.toBeInstanceOf(ProblemError);
    await expect(refused).rejects.toMatchObject({ code: 'payout_account_missing' });
  }, 90_000);
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bountyEscrowAbi, distributorAbi, testUsdAbi } from '@groundtruth/sdk/abi';
import { chainProblemOf, claimToTransaction, claimTransaction } from '@groundtruth/sdk/contributor';
import { awardHash, parseAmount, type Award, type Bounty, type PayoutRoot } from '@groundtruth/sdk/protocol';
import { createPublicClient, http, numberToHex, type Hex } from 'viem';
import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts';
import { reservesOf } from '../../src/cli/reserves/proof-of-reserves.js';
import { httpRequest } from '../../src/platform/chain/rpc.js';
import { sql } from '../../src/platform/database/index.js';
import { sleep } from '../../src/platform/time.js';
import { fulfil, newWorker, sheepTerms, shotOf, type Worker } from '../support/cast.js';
import { eventually } from '../support/eventually.js';
import { testMarket, type TestMarket } from '../support/market.js';
import { photo } from '../support/photos.js';
import { sendAs } from '../support/wallets.js';

const PAY = 5_000_000n;
const ROOT_DELAY_S = 3_600;
const ROOTS_APART_MS = 1_000;

let dataDir: string;
let market: TestMarket;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'stablecoin-distributor-'));
  // The relayer pays the gas of claims from six on: who earned one capture's five claims by itself.
  const settings = {
    CHAIN_POLL_MS: '100',
    CHAIN_ROOT_INTERVAL_S: String(ROOTS_APART_MS / 1_000),
    CHAIN_CLAIM_MIN: '6.000000',
  };
  market = await testMarket({ DATA_DIR: dataDir, ...settings });
}, 300_000);
afterAll(async () => {
  await market.end();
  await rm(dataDir, { recursive: true, force: true });
});

const request = (method: string, params: unknown[]): Promise<unknown> =>
  httpRequest(market.chain_url!, 10_000)(method, params);
const setRelayerEther = (wei: bigint): Promise<unknown> =>
  request('anvil_setBalance', [market.keyring.relayers.test.address, numberToHex(wei)]);
const chain = () => createPublicClient({ transport: http(market.chain_url!) });
const wallet = (): PrivateKeyAccount => privateKeyToAccount(generatePrivateKey());
const send = (call: { to: Hex; data: Hex }) => sendAs(market.chain_url!, wallet(), call);
/** The contract's own error; null when it would take the call. */
const refusalOf = (call: { to: Hex; data: Hex }): Promise<string | null | undefined> =>
  chain()
    .call(call)
    .then(
      () => null,
      (error: unknown) => chainProblemOf(error)?.error,
    );
const balanceOf = ({ escrow }: Bounty, address: Hex): Promise<bigint> =>
  chain().readContract({
    address: escrow!.chain.token.address,
    abi: testUsdAbi,
    functionName: 'balanceOf',
    args: [address],
  });

async function openBounty(quantity: number): Promise<Bounty> {
  const { client } = await market.funded('0.000001');
  const payer = wallet();
  await client.faucet.pour(payer.address, '100.000000');
  const draft = await client.bounties.create(
    sheepTerms({
      rail: 'stablecoin', currency: 'USDC', payer: { address: payer.address }, quantity,
      criteria: { all: [{ object: { label: 'sheep' } }], unique: false },
    }), // prettier-ignore
  );
  await eventually(async () => (await balanceOf(draft, payer.address)) > 0n);
  await client.bounties.fundFrom(draft, payer);
  return client.bounties.waitFor(draft.id, { until: 'open' });
}

async function workerWith(name: string, direct = false): Promise<Worker & { paid: PrivateKeyAccount }> {
  const worker = await newWorker(market.baseUrl, name);
  const paid = wallet();
  expect(await worker.client.payouts.name(paid, { direct })).toMatchObject({ direct });
  return { ...worker, paid };
}

const available = async ({ client }: Worker): Promise<string> =>
  (await client.balance.get()).balances.find(({ currency }) => currency === 'USDC')?.available ?? '0.000000';

/**
 * The award once its root is active, for which the chain's clock is put forward. A root may be made before the last capture is paid: the one that
 * names it can only be proposed when that is active.
 */
const claimable = ({ client }: Worker, cumulative: string): Promise<Award> =>
  eventually(async () => {
    const { timestamp } = await chain().getBlock();
    for (const award of await client.payouts.awards())
      if (award.cumulative === cumulative && Date.parse(award.active_at!) <= Number(timestamp) * 1_000) return award;
    await request('evm_increaseTime', [ROOT_DELAY_S + 60]);
    await request('anvil_mine', ['0x3']);
    await sleep(ROOTS_APART_MS);
    return null;
  });

describe('pay through the Distributor', () => {
  /** What the first contributor of the first test is told. */
  let told: Award;

  it('reaches wallets that the chain connects with no bounty: by the exchange, by themselves, and elsewhere by their word', async () => {
    const bounty = await openBounty(5);
    const [once, twice, elsewhere, direct] = [
      await workerWith('Aiko'), await workerWith('Ben'), await workerWith('Chie'), await workerWith('Daichi', true),
    ]; // prettier-ignore
    // Nothing is sent meanwhile, so releases that follow one another go out in one sum.
    await setRelayerEther(0n);
    const captures: [Worker, string][] = [];
    for (const worker of [once, twice, elsewhere, direct, twice]) {
      const { id, state } = await fulfil(worker, bounty, shotOf(photo('march-pastoral')));
      expect(state).toBe('settled');
      captures.push([worker, id]);
    }
    await setRelayerEther(10n ** 24n);
    for (const [{ client }, id] of captures)
      await eventually(async () => (await client.payouts.release(id).catch(() => null))?.state === 'paid');
    const { distributor, escrow } = bounty.escrow!.chain;
    const sums = await chain().getContractEvents({
      address: escrow,
      abi: bountyEscrowAbi,
      eventName: 'PoolPaid',
      fromBlock: 0n,
    });
    expect(sums.map(({ args }) => [args.count, args.total])).toEqual([[2n, 2n * PAY]]);
    expect(await balanceOf(bounty, direct.paid.address)).toBe(PAY);
    expect(await balanceOf(bounty, distributor)).toBe(4n * PAY);

    const early = await eventually(async () => (await once.client.payouts.awards())[0]);
    for (const worker of [once, twice, elsewhere]) {
      expect(await balanceOf(bounty, worker.paid.address)).toBe(0n);
      expect(parseAmount(await available(worker))! > 0n).toBe(true);
    }
    expect(await refusalOf(claimTransaction(early))).toBe('NotInRoot');
    await claimable(twice, '10.000000');
    await eventually(
      async () => (await balanceOf(bounty, twice.paid.address)) === 2n * PAY,
      'the claim the exchange sends',
    );
    await eventually(async () => (await available(twice)) === '0.000000');
    expect(await balanceOf(bounty, once.paid.address)).toBe(0n);
    expect(await send(claimTransaction(await claimable(once, '5.000000')))).toBe('success');
    const [other, award] = [wallet(), await claimable(elsewhere, '5.000000')];
    const now = Number((await chain().getBlock()).timestamp);
    expect(await send(await claimToTransaction(award, elsewhere.paid, other.address, now + 600))).toBe('success');
    await eventually(async () => (await available(once)) === '0.000000' && (await available(elsewhere)) === '0.000000');
    expect(await balanceOf(bounty, once.paid.address)).toBe(PAY);
    expect(await balanceOf(bounty, other.address)).toBe(PAY);
    expect(await balanceOf(bounty, distributor)).toBe(0n);
    expect(await refusalOf(claimTransaction(award))).toBe('NothingToClaim');
    await market.balanced();

    // A funder that is told of a claim when the chain shows it would know whose wallet it is.
    const toldOfClaims = await eventually(async () => {
      const text = `SELECT audience FROM event WHERE type = 'capture.claimed'`;
      const events = await market.database.unitOfWork.run((tx) => sql<{ audience: string[] }>(tx, text));
      return events.length >= 4 ? events.flatMap(({ audience }) => audience) : null;
    });
    expect(new Set(toldOfClaims)).toEqual(new Set([once.id, twice.id, elsewhere.id]));
    told = await claimable(once, '5.000000');
  }, 400_000);

  it('publishes the leaves as hashes, of which each contributor finds its own, and the chain the root', async () => {
    const { account, epoch, salt } = told;
    const answer = await fetch(`${market.baseUrl}/v1/payout-roots/${epoch}`);
    const root = (await answer.json()) as PayoutRoot;
    expect(root.root).toBe(told.root);
    expect(root.leaves).toContain(awardHash({ account, cumulative: parseAmount(told.cumulative)!, salt }));
    expect(JSON.stringify(root)).not.toContain(account);
    const { distributor } = root.chain;
    const active = await chain().readContract({
      address: distributor,
      abi: distributorAbi,
      functionName: 'activeRoot',
    });
    expect(active.root).toBe(told.root);
    expect((await fetch(`${market.baseUrl}/v1/payout-roots/999`)).status).toBe(404);
    expect((await fetch(`${market.baseUrl}/v1/payout-roots/${epoch}?mode=live`)).status).toBe(404);
  });

  it('leaves nothing that proof-of-reserves cannot explain to the micro', async () => {
    await request('anvil_mine', ['0x3']);
    const [reserves] = await reservesOf(market.database.unitOfWork, { test: market.chain_url! });
    expect(reserves!.lines.length).toBeGreaterThan(5);
    expect(reserves!.lines.filter(({ difference }) => difference !== 0n)).toEqual([]);
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bountyEscrowAbi, testUsdAbi } from '@groundtruth/sdk/abi';
import { releaseTransaction } from '@groundtruth/sdk/contributor';
import { escrowTermsStruct, fundingMessage, parseAmount, parseWireTime, type Bounty } from '@groundtruth/sdk/protocol';
import {
  createPublicClient,
  createWalletClient,
  encodeFunctionData,
  http,
  numberToHex,
  parseSignature,
  serializeSignature,
  type Hex,
} from 'viem';
import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts';
import { httpRequest } from '../../src/platform/chain/rpc.js';
import { newWorker, sheepTerms, shotOf, fulfil } from '../support/cast.js';
import { eventually } from '../support/eventually.js';
import { testMarket, type TestMarket } from '../support/market.js';
import { photo } from '../support/photos.js';

const HOLD = 5_500_000n;
const PAY = 5_000_000n;
const ETHER = 10n ** 18n;
const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

let dataDir: string;
let market: TestMarket;
/** What the market sends fails without gas: an exchange that has stopped sending, whatever it has signed. */
let setRelayerEther: (wei: bigint) => Promise<void>;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'stablecoin-expiry-'));
  market = await testMarket({ DATA_DIR: dataDir, CHAIN_POLL_MS: '100' });
  setRelayerEther = (wei) =>
    request('anvil_setBalance', [market.keyring.relayers.test.address, numberToHex(wei)]).then(() => undefined);
}, 120_000);
afterAll(async () => {
  await market.end();
  await rm(dataDir, { recursive: true, force: true });
});

const wallet = (): PrivateKeyAccount => privateKeyToAccount(generatePrivateKey());
const request = (method: string, params: unknown[]): Promise<unknown> =>
  httpRequest(market.chain_url!, 10_000)(method, params);
const chain = () => createPublicClient({ transport: http(market.chain_url!) });

/** Anyone with a little ether. */
async function send(call: { to: Hex; data: Hex }): Promise<'success' | 'reverted'> {
  const stranger = wallet();
  await request('anvil_setBalance', [stranger.address, numberToHex(ETHER)]);
  const client = createWalletClient({ account: stranger, transport: http(market.chain_url!) });
  const hash = await client.sendTransaction({ ...call, chain: null });
  return eventually(async () => {
    const receipt = await chain()
      .getTransactionReceipt({ hash })
      .catch(() => null);
    return receipt?.status;
  });
}

async function balanceOf(bounty: Bounty, address: Hex): Promise<bigint> {
  const token = bounty.escrow!.chain.token.address;
  return chain().readContract({ address: token, abi: testUsdAbi, functionName: 'balanceOf', args: [address] });
}

async function draftOf(change = {}) {
  const agent = await market.funded('0.000001');
  const payer = wallet();
  const terms = sheepTerms({ rail: 'stablecoin', currency: 'USDC', payer: { address: payer.address }, ...change });
  const draft = await agent.client.bounties.create(terms);
  await agent.client.faucet.pour(payer.address, '100.000000');
  await eventually(async () => (await balanceOf(draft, payer.address)) > 0n);
  return { ...agent, payer, draft };
}
type Draft = Awaited<ReturnType<typeof draftOf>>;

/** The draft's authorization, changed. */
async function authorize({ draft, payer }: Draft, change: { chain_id?: number; until?: number } = {}): Promise<Hex> {
  const { chain: at, terms, entry, amount, valid_before } = draft.escrow!;
  const until = change.until ?? Math.floor(parseWireTime(valid_before)! / 1_000);
  const elsewhere = { ...at, chain_id: change.chain_id ?? at.chain_id };
  return payer.signTypedData(fundingMessage(elsewhere, terms, entry, parseAmount(amount)!, until));
}

/** Funds with whatever signature this is, past the client that would never make it. */
const fundWith = ({ client, draft, payer }: Draft, signature: Hex) =>
  client.bounties.fundFrom(draft, { address: payer.address, signTypedData: () => Promise.resolve(signature) });

describe('an authorization that is none', () => {
  it('is refused when it is for another chain, for another time, of another entry, or the other of two signatures', async () => {
    const [one, other] = [await draftOf(), await draftOf()];
    const good = await authorize(one);
    const { r, s, yParity } = parseSignature(good);
    const mirrored = numberToHex(CURVE_ORDER - BigInt(s), { size: 32 });
    const bad = [
      await authorize(one, { chain_id: 1 }),
      await authorize(one, { until: Math.floor(Date.now() / 1_000) - 1 }),
      await authorize(one, { until: Math.floor(Date.now() / 1_000) + 86_400 }),
      await authorize(other),
      serializeSignature({ r, s: mirrored, yParity: yParity === 0 ? 1 : 0 }),
    ];
    for (const signature of bad)
      await expect(fundWith(one, signature)).rejects.toMatchObject({ code: 'signature_invalid' });
    expect((await one.client.bounties.get(one.draft.id)).escrow).toMatchObject({ state: 'offered' });
    await fundWith(one, good);
    const { id } = await one.client.bounties.waitFor(one.draft.id, { until: 'open' });
    await expect(fundWith(one, good)).rejects.toMatchObject({ code: 'bounty_not_open' });
    expect((await one.client.bounties.get(id)).held).toBe('5.500000');
    expect(await balanceOf(one.draft, one.payer.address)).toBe(100_000_000n - HOLD);
  }, 120_000);

  it('may come again, the same, once the wallet has what it is for', async () => {
    const agent = await market.funded('0.000001');
    const payer = wallet();
    const terms = sheepTerms({ rail: 'stablecoin', currency: 'USDC', payer: { address: payer.address } });
    const draft = await agent.client.bounties.create(terms);
    await agent.client.bounties.fundFrom(draft, payer);
    await eventually(async () => (await agent.client.bounties.get(draft.id)).escrow?.state === 'failed');
    await agent.client.faucet.pour(payer.address, '5.500000');
    await eventually(async () => (await balanceOf(draft, payer.address)) === HOLD);
    await agent.client.bounties.fundFrom(draft, payer);
    await agent.client.bounties.waitFor(draft.id, { until: 'open' });
  }, 120_000);

  it('opens the bounty whoever sends it, once', async () => {
    const one = await draftOf();
    const { chain: at, terms, amount, valid_before } = one.draft.escrow!;
    const until = BigInt(Math.floor(parseWireTime(valid_before)! / 1_000));
    const args = [escrowTermsStruct(terms), parseAmount(amount)!, 0n, until, await authorize(one)] as const;
    const data = encodeFunctionData({ abi: bountyEscrowAbi, functionName: 'fund', args });
    expect(await send({ to: at.escrow, data })).toBe('success');
    const { id } = await one.client.bounties.waitFor(one.draft.id, { until: 'open' });
    await expect(send({ to: at.escrow, data })).rejects.toThrow();
    expect((await one.client.bounties.get(id)).held).toBe('5.500000');
  }, 120_000);
});

// Last: it moves the time of the chain beyond what bounties made now could still be funded in.
describe('a deadline that passes before the exchange has paid', () => {
  it('leaves the contributor the release it holds, and the funder only the rest', async () => {
    const one = await draftOf({ quantity: 2 });
    const late = await draftOf();
    await fundWith(one, await authorize(one));
    const bounty = await one.client.bounties.waitFor(one.draft.id, { until: 'open' });
    await setRelayerEther(0n);
    const worker = await newWorker(market.baseUrl, 'Aiko');
    const paid = wallet();
    await worker.client.payouts.name(paid);
    const capture = await fulfil(worker, bounty, shotOf(photo('march-pastoral')));
    expect(capture).toMatchObject({ state: 'settled' });
    const release = await eventually(() => worker.client.payouts.release(capture.id).catch(() => null));
    await request('evm_increaseTime', [12 * 86_400]);
    await request('anvil_mine', ['0x3']);
    expect(await balanceOf(bounty, paid.address)).toBe(0n);
    expect(await send(releaseTransaction(release))).toBe('success');
    expect(await balanceOf(bounty, paid.address)).toBe(PAY);
    await eventually(async () => (await worker.client.payouts.release(capture.id)).state === 'paid');
    await setRelayerEther(ETHER * 1_000n);
    await one.client.bounties.cancel(bounty.id);
    await eventually(async () => (await balanceOf(bounty, one.payer.address)) === 100_000_000n - HOLD);
    await eventually(async () => (await one.client.bounties.get(bounty.id)).escrow?.state === 'closed');
    expect(await balanceOf(bounty, paid.address)).toBe(PAY);
    await market.balanced();

    await fundWith(late, await authorize(late));
    await eventually(async () => (await late.client.bounties.get(late.draft.id)).escrow?.state === 'failed');
    const { state, escrow } = await late.client.bounties.get(late.draft.id);
    expect([state, escrow?.reason]).toEqual(['draft', expect.stringContaining('DeadlinePassed')]);
    expect(await balanceOf(late.draft, late.payer.address)).toBe(100_000_000n);
  }, 180_000);
});

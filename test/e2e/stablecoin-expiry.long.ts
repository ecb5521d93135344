import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bountyEscrowAbi, testUsdAbi } from '@groundtruth/sdk/abi';
import { chainProblemOf, releaseTransaction } from '@groundtruth/sdk/contributor';
import {
  authorizationOf,
  escrowTermsStruct,
  fundingMessage,
  parseAmount,
  parseWireTime,
  payoutProof,
  type Authorization,
  type Bounty,
} from '@groundtruth/sdk/protocol';
import {
  createPublicClient,
  createWalletClient,
  encodeFunctionData,
  hashMessage,
  hashTypedData,
  http,
  numberToHex,
  parseSignature,
  serializeCompactSignature,
  serializeSignature,
  signatureToCompactSignature,
  type Hex,
  type TransactionReceipt,
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
}, 300_000);
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
  return (await sent(call)).status;
}

async function sent(call: { to: Hex; data: Hex }): Promise<TransactionReceipt> {
  const stranger = wallet();
  await request('anvil_setBalance', [stranger.address, numberToHex(ETHER)]);
  const client = createWalletClient({ account: stranger, transport: http(market.chain_url!) });
  const hash = await client.sendTransaction({ ...call, chain: null });
  return eventually(() =>
    chain()
      .getTransactionReceipt({ hash })
      .catch(() => null),
  );
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

/** What the draft asks its payer to sign, as another chain, time or amount would have it. */
function messageOf(
  { draft }: Pick<Draft, 'draft'>,
  change: { chain_id?: number; until?: number; amount?: bigint } = {},
) {
  const { chain: at, terms, entry, amount, valid_before } = draft.escrow!;
  const until = change.until ?? Math.floor(parseWireTime(valid_before)! / 1_000);
  const elsewhere = { ...at, chain_id: change.chain_id ?? at.chain_id };
  return fundingMessage(elsewhere, terms, entry, change.amount ?? parseAmount(amount)!, until);
}

/** Such a message, signed, as the client would send it. */
async function authorize(one: Draft, change: Parameters<typeof messageOf>[1] = {}): Promise<Authorization> {
  const message = messageOf(one, change);
  return authorizationOf(message, await one.payer.signTypedData(message));
}

/** Funds with whatever authorization this is, past the client that would never make it. */
async function fundWith(
  { api_key, draft }: Pick<Draft, 'api_key' | 'draft'>,
  authorization: Authorization,
): Promise<Record<string, unknown>> {
  const answer = await fetch(`${market.baseUrl}/v1/bounties/${draft.id}/fund`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${api_key}`,
      'content-type': 'application/json',
      'idempotency-key': generatePrivateKey(),
    },
    body: JSON.stringify({ authorization }),
  });
  return (await answer.json()) as Record<string, unknown>;
}

describe('an authorization that is none', () => {
  it('is refused by a code of its own for each way to be wrong, and nothing is sent', async () => {
    const [one, other] = [await draftOf(), await draftOf()];
    const good = await authorize(one);
    const { r, s, yParity } = parseSignature(good.signature);
    const mirrored = numberToHex(CURVE_ORDER - BigInt(s), { size: 32 });
    const nowS = Math.floor(Date.now() / 1_000);
    const wrong: [string, Authorization][] = [
      ['authorization_wrong_chain', await authorize(one, { chain_id: 1 })],
      ['authorization_wrong_token', { ...good, token: one.draft.escrow!.chain.escrow }],
      ['authorization_mismatch', await authorize(other)],
      ['authorization_mismatch', await authorize(one, { amount: HOLD - 1n })],
      ['authorization_mismatch', await authorize(one, { until: nowS + 86_400 })],
      ['authorization_expired', await authorize(one, { until: nowS - 1 })],
      ['signature_invalid', { ...good, signature: (await authorize(other)).signature }],
      ['signature_malleable', { ...good, signature: serializeSignature({ r, s: mirrored, yParity: 1 - yParity! }) }],
      ['signature_malleable', { ...good, signature: serializeCompactSignature(signatureToCompactSignature({ r, s, yParity: yParity! })) }],
      ['signature_malleable', { ...good, signature: `${good.signature.slice(0, 130)}0${yParity}` as Hex }],
    ]; // prettier-ignore
    for (const [code, authorization] of wrong) expect((await fundWith(one, authorization)).code).toBe(code);
    expect((await one.client.bounties.get(one.draft.id)).escrow).toMatchObject({ state: 'offered', problem: null });
    await fundWith(one, good);
    const { id } = await one.client.bounties.waitFor(one.draft.id, { until: 'open' });
    expect((await fundWith(one, good)).code).toBe('bounty_not_open');
    expect((await one.client.bounties.get(id)).held).toBe('5.500000');
    expect(await balanceOf(one.draft, one.payer.address)).toBe(100_000_000n - HOLD);
  }, 300_000);

  it('is refused when its payer has cancelled it', async () => {
    const one = await draftOf();
    const { chain: at, entry } = one.draft.escrow!;
    const { name, version, address } = at.token;
    const signature = await one.payer.signTypedData({
      domain: { name, version, chainId: at.chain_id, verifyingContract: address },
      types: { CancelAuthorization: [{ name: 'authorizer', type: 'address' }, { name: 'nonce', type: 'bytes32' }] },
      primaryType: 'CancelAuthorization',
      message: { authorizer: one.payer.address, nonce: entry },
    }); // prettier-ignore
    const args = [one.payer.address, entry, signature] as const;
    const data = encodeFunctionData({ abi: testUsdAbi, functionName: 'cancelAuthorization', args });
    expect(await send({ to: address, data })).toBe('success');
    expect((await fundWith(one, await authorize(one))).code).toBe('authorization_used');
  }, 60_000);

  it('may come again, the same, once the wallet has what it is for', async () => {
    const agent = await market.funded('0.000001');
    const payer = wallet();
    const terms = sheepTerms({ rail: 'stablecoin', currency: 'USDC', payer: { address: payer.address } });
    const [first, second] = [await agent.client.bounties.create(terms), await agent.client.bounties.create(terms)];
    await expect(agent.client.bounties.fundFrom(first, payer)).rejects.toMatchObject({ code: 'insufficient_funds' });
    await agent.client.faucet.pour(payer.address, '5.500000');
    await eventually(async () => (await balanceOf(first, payer.address)) === HOLD);
    // Both are covered when they are asked for, and one when it is paid.
    await setRelayerEther(0n);
    for (const draft of [first, second]) await agent.client.bounties.fundFrom(draft, payer);
    await setRelayerEther(ETHER * 1_000n);
    await agent.client.bounties.waitFor(first.id, { until: 'open' });
    await eventually(async () => (await agent.client.bounties.get(second.id)).escrow?.state === 'failed');
    const { state, escrow } = await agent.client.bounties.get(second.id);
    expect([state, escrow?.problem]).toEqual(['draft', 'insufficient_funds']);
    expect(escrow?.reason).toContain('ERC20InsufficientBalance');
    await agent.client.faucet.pour(payer.address, '5.500000');
    await eventually(async () => (await balanceOf(second, payer.address)) === HOLD);
    await agent.client.bounties.fundFrom(second, payer);
    await agent.client.bounties.waitFor(second.id, { until: 'open' });
  }, 300_000);

  it('opens the bounty whoever sends it, once', async () => {
    const one = await draftOf();
    const { chain: at, terms, amount, valid_before } = one.draft.escrow!;
    const until = BigInt(Math.floor(parseWireTime(valid_before)! / 1_000));
    const args = [escrowTermsStruct(terms), parseAmount(amount)!, 0n, until, (await authorize(one)).signature] as const;
    const data = encodeFunctionData({ abi: bountyEscrowAbi, functionName: 'fund', args });
    expect(await send({ to: at.escrow, data })).toBe('success');
    const { id } = await one.client.bounties.waitFor(one.draft.id, { until: 'open' });
    await expect(send({ to: at.escrow, data })).rejects.toThrow();
    expect((await one.client.bounties.get(id)).held).toBe('5.500000');
  }, 300_000);
});

/** A contract wallet that takes one digest for signed by itself: the one that `approve` names (EIP-1271). */
async function contractWallet() {
  const { address } = wallet();
  await request('anvil_setCode', [address, '0x60043560005414631626ba7e60e01b0260005260206000f3']);
  const approve = (digest: Hex) => request('anvil_setStorageAt', [address, numberToHex(0, { size: 32 }), digest]);
  return { address, approve, signature: '0x01' as const };
}

describe('a contract wallet', () => {
  it('pays and is paid by what it says is its own signature, and by nothing else', async () => {
    const [payer, payee] = [await contractWallet(), await contractWallet()];
    const one = { ...(await draftOf({ payer: { address: payer.address } })), payer };
    await one.client.faucet.pour(payer.address, '5.500000');
    await eventually(async () => (await balanceOf(one.draft, payer.address)) === HOLD);
    const message = messageOf(one);
    expect((await fundWith(one, authorizationOf(message, payer.signature))).code).toBe('signature_invalid');
    await payer.approve(hashTypedData(message));
    await one.client.bounties.fundFrom(one.draft, {
      address: payer.address,
      signTypedData: async () => payer.signature,
    });
    await one.client.bounties.waitFor(one.draft.id, { until: 'open' });

    const worker = await newWorker(market.baseUrl, 'Aiko');
    const named = { address: payee.address, signMessage: async () => payee.signature };
    await expect(worker.client.payouts.name(named)).rejects.toMatchObject({ code: 'signature_invalid' });
    await payee.approve(hashMessage(payoutProof(worker.id, payee.address)));
    expect(await worker.client.payouts.name(named)).toMatchObject({ address: payee.address.toLowerCase() });
  }, 60_000);
});

describe('an allowance that does not suffice', () => {
  it('is told by the same catalogue', async () => {
    const { draft, payer } = await draftOf();
    const args = [payer.address, wallet().address, 1n] as const;
    const data = encodeFunctionData({ abi: testUsdAbi, functionName: 'transferFrom', args });
    expect(await refusalOf({ to: draft.escrow!.chain.token.address, data })).toBe('insufficient_allowance');
  }, 60_000);
});

/** A bounty that is open on chain, of a payer with 100 test dollars. */
async function fundedOf(change = {}) {
  const one = await draftOf(change);
  await one.client.bounties.fundFrom(one.draft, one.payer);
  return { ...one, bounty: await one.client.bounties.waitFor(one.draft.id, { until: 'open' }) };
}

/** A contributor whose work for the bounty was accepted, with the release that it holds. */
async function acceptedBy(name: string, bounty: Bounty) {
  const worker = await newWorker(market.baseUrl, name);
  const paid = wallet();
  await worker.client.payouts.name(paid, { direct: true });
  const capture = await fulfil(worker, bounty, shotOf(photo('march-pastoral')));
  expect(capture).toMatchObject({ state: 'settled' });
  const release = await eventually(() => worker.client.payouts.release(capture.id).catch(() => null));
  return { ...worker, wallet: paid, capture, release };
}

/** What the funder of an entry that nobody closed sends to have the rest back. */
function reclaim({ escrow }: Bounty): { to: Hex; data: Hex } {
  const args = [escrowTermsStruct(escrow!.terms)] as const;
  return {
    to: escrow!.chain.escrow,
    data: encodeFunctionData({ abi: bountyEscrowAbi, functionName: 'reclaim', args }),
  };
}

/** As the catalogue calls it; null when it would go through. */
const refusalOf = async (call: { to: Hex; data: Hex }) =>
  (await chain().call(call).then(() => null, chainProblemOf))?.code ?? null; // prettier-ignore

async function accountOf({ escrow }: Bounty) {
  const { entry, chain: at } = escrow!;
  const [funded, paid, owed, refundable, refunded] = await chain().readContract({
    address: at.escrow, abi: bountyEscrowAbi, functionName: 'accountOf', args: [entry],
  }); // prettier-ignore
  return { funded, paid, held: owed + refundable, refunded };
}

const ended = (client: Draft['client'], { id }: Bounty) =>
  eventually(async () => {
    const { state, held, escrow } = await client.bounties.get(id);
    return state === 'closed' && held === '0.000000' && escrow?.state === 'closed';
  }, 'the end of the entry');

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
    await worker.client.payouts.name(paid, { direct: true });
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
    expect([state, escrow?.problem]).toEqual(['draft', 'window_closed']);
    expect(escrow?.reason).toContain('DeadlinePassed');
    expect(await balanceOf(late.draft, late.payer.address)).toBe(100_000_000n);
  }, 400_000);
});

// After it: these windows are wide enough for a chain that is days ahead of us.
describe('an entry that nobody closed until its grace is over', () => {
  it('pays whoever posts its release in the last block before, and returns to its funder exactly the rest', async () => {
    const window = { closes_at: new Date(Date.now() + 20 * 86_400_000).toISOString() };
    const same = { window, criteria: { all: [{ object: { label: 'sheep' } }], unique: false } };
    const [kept, lost] = [await fundedOf({ ...same, quantity: 2 }), await fundedOf(same)];
    await setRelayerEther(0n);
    const [aiko, ben] = [await acceptedBy('Aiko', kept.bounty), await acceptedBy('Ben', lost.bounty)];
    await kept.client.bounties.cancel(kept.bounty.id); // The other is full, and ends by itself.
    const { deadline, grace } = kept.bounty.escrow!.terms;
    await request('evm_setNextBlockTimestamp', [deadline + grace - 60]);
    await request('anvil_mine', ['0x1']);
    expect(await refusalOf(reclaim(kept.bounty))).toBe('grace_not_over');

    await request('evm_setNextBlockTimestamp', [deadline + grace - 1]);
    const { blockHash } = await sent(releaseTransaction(aiko.release));
    expect((await chain().getBlock({ blockHash })).timestamp).toBe(BigInt(deadline + grace - 1));
    expect(await refusalOf(releaseTransaction(aiko.release))).toBe('release_out_of_order');
    await request('evm_increaseTime', [60]);
    for (const { bounty } of [kept, lost]) expect(await send(reclaim(bounty))).toBe('success');
    expect(await refusalOf(releaseTransaction(ben.release))).toBe('escrow_not_open');
    await Promise.all([kept, lost].map(({ client, bounty }) => ended(client, bounty)));

    await setRelayerEther(ETHER * 1_000n);
    const other = wallet();
    await kept.client.faucet.pour(other.address, '1.000000');
    await eventually(async () => (await balanceOf(kept.bounty, other.address)) === 1_000_000n); // What was queued before it has been tried.

    expect(await balanceOf(kept.bounty, aiko.wallet.address)).toBe(PAY);
    expect(await balanceOf(kept.bounty, kept.payer.address)).toBe(100_000_000n - HOLD);
    expect(await accountOf(kept.bounty)).toEqual({ funded: 2n * HOLD, paid: HOLD, held: 0n, refunded: HOLD });
    expect(await aiko.client.payouts.release(aiko.capture.id)).toMatchObject({ state: 'paid' });
    expect((await aiko.client.balance.get()).balances).toHaveLength(1);
    // Nobody posted the other in time: the chain pays it no more, and the ledger goes on saying who is owed.
    expect(await balanceOf(lost.bounty, ben.wallet.address)).toBe(0n);
    expect(await balanceOf(lost.bounty, lost.payer.address)).toBe(100_000_000n);
    expect(await accountOf(lost.bounty)).toEqual({ funded: HOLD, paid: 0n, held: 0n, refunded: HOLD });
    expect(await ben.client.payouts.release(ben.capture.id)).toMatchObject({ state: 'abandoned' });
    const owed = { account: 'contributor_payable', fund: 'test_usd', currency: 'USDC', available: '5.000000' };
    expect((await ben.client.balance.get()).balances[1]).toMatchObject(owed);
    await market.balanced();
  }, 400_000);
});

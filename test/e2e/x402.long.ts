import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { feedChannelAbi } from '@groundtruth/sdk/abi';
import { FeedClient, ReadWallet, verifyReceipt } from '@groundtruth/sdk/feeds';
import {
  decodeX402,
  encodeX402,
  exactPayloadSchema,
  networkOf,
  settleResponseSchema,
  voucherMessage,
  type Id,
  type PaymentPayload,
  type ReadReceipt,
} from '@groundtruth/sdk/protocol';
import { encodeFunctionData } from 'viem';
import type { PrivateKeyAccount } from 'viem/accounts';
import { reservesOf } from '../../src/cli/reserves/proof-of-reserves.js';
import { ExactPayments, type ChannelRow } from '../../src/payments/index.js';
import { UnitOfWork } from '../../src/platform/database/index.js';
import { eventually } from '../support/eventually.js';
import { testMarket, type TestMarket } from '../support/market.js';
import { readMarket, type ReadMarket } from '../support/x402.js';

const PRICE = 10_000n;
const FUNDS = 10_000_000n;
const VOUCHERS = 60;

let dataDir: string;
let market: TestMarket;
let reads: ReadMarket;
let id: Id<'observation'>;
let other: Id<'observation'>;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'x402-'));
  market = await testMarket({ DATA_DIR: dataDir, VERIFIERS: '0', CHAIN_POLL_MS: '100' });
  reads = await readMarket(market);
  [id, other] = [await reads.publish(), await reads.publish()];
}, 120_000);
afterAll(async () => {
  await market.end();
  await rm(dataDir, { recursive: true, force: true });
});

interface Bought {
  readonly card: { readonly commitment: string };
  readonly body: { readonly record: { readonly id: string } };
  readonly receipt: ReadReceipt;
}
const bought = async (answer: Response): Promise<Bought> => {
  expect([answer.status, answer.headers.get('payment-required')]).toEqual([200, null]);
  return (await answer.json()) as Bought;
};
/** Why a payment was not taken. */
const refused = async (answer: Response) => {
  expect(answer.status).toBe(402);
  expect(await answer.json()).toMatchObject({ code: 'payment_required' });
  return reads.termsOf(answer).error;
};
const settledBy = (answer: Response) => settleResponseSchema.parse(decodeX402(answer.headers.get('payment-response')!));
const usageOf = (reader: PrivateKeyAccount) =>
  reads.rows<{ price: bigint; charged: bigint | null }>('SELECT * FROM usage_event WHERE reader = $1 ORDER BY seq', [
    reader.address.toLowerCase(),
  ]);
const channelOf = async (payer: PrivateKeyAccount): Promise<ChannelRow> => {
  const text = 'SELECT * FROM channel WHERE payer = $1';
  return (await reads.rows<ChannelRow & Record<string, unknown>>(text, [payer.address.toLowerCase()]))[0]!;
};
const payWith = (payment: string, of: string = id, key?: string) =>
  fetch(reads.url(of), { headers: { 'payment-signature': payment, ...(key && { 'idempotency-key': key }) } });

/** A `fetch` that remembers the payments it was given to send; unless `delivers`, none of them leaves. */
function recorder(delivers = true) {
  const sent: string[] = [];
  const by: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const payment = request.headers.get('payment-signature');
    if (payment) sent.push(payment);
    return payment && !delivers ? new Response(null, { status: 503 }) : fetch(request);
  };
  return { sent, by };
}

/** A payment as it was sent, with something in it that is another. */
function changed(payment: string, change: (payload: PaymentPayload & { payload: any }) => void): string {
  const decoded = structuredClone(decodeX402(payment)) as PaymentPayload;
  change(decoded);
  return encodeX402(decoded);
}

/** Every value in it that is no object, as text. */
const leavesOf = (value: unknown): string[] =>
  typeof value === 'object' && value !== null ? Object.values(value).flatMap(leavesOf) : [String(value)];

describe('a read without an account', () => {
  it('says how to pay, on the chain of its mode, and the catalogue says the same', async () => {
    const asked = await fetch(reads.url(id));
    expect([asked.status, asked.headers.get('content-type')]).toEqual([402, 'application/problem+json']);
    expect(await asked.json()).toMatchObject({ code: 'payment_required', reason: null });
    const { accepts, resource } = reads.termsOf(asked);
    expect(accepts.map(({ scheme }) => scheme)).toEqual(['exact', 'batch-settlement']);
    const common = {
      network: 'eip155:31337',
      amount: String(PRICE),
      payTo: reads.chain.receiver,
      maxTimeoutSeconds: 10,
    };
    for (const offer of accepts) expect(offer).toMatchObject(common);
    expect(resource.url).toBe(reads.url(id));
    const catalogue = (await (await fetch(`${market.baseUrl}/.well-known/x402`)).json()) as unknown;
    expect(catalogue).toMatchObject({ x402Version: 2, resources: [{ mode: 'test', accepts }] });
  });

  it('is told nothing of what it would buy before it has paid', async () => {
    const text = 'SELECT record, salt FROM observation WHERE id = $1';
    const [{ record, salt }] = (await reads.rows<{ record: object; salt: string }>(text, [id])) as [any];
    const { cell, facts, proven_interval, verdict_ids, capture_commitments, signature } = record;
    const sold = [
      salt,
      cell,
      signature,
      proven_interval.t0,
      proven_interval.t1,
      ...verdict_ids,
      ...capture_commitments,
    ];
    sold.push(...leavesOf(facts).filter((leaf) => leaf.length > 3));
    const asked = await fetch(reads.url(id));
    const told = (await asked.text()) + JSON.stringify([...asked.headers]) + JSON.stringify(reads.termsOf(asked));
    expect(sold.length).toBeGreaterThan(6);
    expect(sold.filter((one) => one !== undefined && told.includes(String(one)))).toEqual([]);
  }, 30_000);

  it('is offered only for what can be delivered, and never to an account that pays otherwise', async () => {
    const exclusive = await reads.publish({ exclusive_s: 600, resale: true });
    for (const hidden of [exclusive, `obs_${'0'.repeat(32)}`]) {
      const answer = await fetch(reads.url(hidden));
      expect([answer.status, answer.headers.get('payment-required')]).toEqual([404, null]);
    }
    const agent = await market.funded('0.000001');
    const asked = (of: string, method = 'GET') =>
      fetch(of, {
        method,
        headers: {
          authorization: `Bearer ${agent.api_key}`,
          'idempotency-key': 'one',
          'content-type': 'application/json',
        },
        ...(method === 'POST' && { body: '{}' }),
      });
    const [known, poor] = [await asked(reads.url(id)), await asked(`${reads.url(id)}/reads`, 'POST')];
    expect([known.status, known.headers.get('payment-required')]).toEqual([200, null]);
    expect([poor.status, poor.headers.get('payment-required')]).toEqual([402, null]);
    expect(await poor.json()).toMatchObject({ code: 'insufficient_funds' });
    expect((await fetch(reads.url(id), { headers: { authorization: 'Bearer gt_test_nobody' } })).status).toBe(401);
    expect((await payWith('not a payment')).status).toBe(400);
  });
});

describe('the stock client that pays one by one', () => {
  it('gets card, body and a receipt of ours, and what it paid is shared to the micro', async () => {
    const account = await reads.wallet(FUNDS);
    const before = await reads.balanceOf(reads.chain.receiver);
    const answer = await reads.exactFetch(account)(reads.url(id));
    const { card, body, receipt } = await bought(answer);
    expect(body.record.id).toBe(id);
    const [keys] = market.keyring.public_keys;
    const checked = await verifyReceipt(receipt, keys!, { allowTest: true, commitment: card.commitment });
    expect(checked).toMatchObject({ payer: account.address.toLowerCase(), amount: '0.010000', scheme: 'exact' });
    await expect(verifyReceipt({ ...receipt, amount: '0.010001' }, keys!, { allowTest: true })).rejects.toThrow(
      'signed',
    );
    expect(settledBy(answer)).toMatchObject({ success: true, transaction: expect.stringMatching(/^0x[0-9a-f]{64}$/) });
    expect((await reads.balanceOf(reads.chain.receiver)) - before).toBe(PRICE);
    const shares = await reads.rows<{ amount: bigint }>(
      'SELECT amount FROM ledger_transfer WHERE correlation = $1 AND code = 21 ORDER BY seq DESC LIMIT 3',
      [id],
    );
    expect(shares.map(({ amount }) => amount)).toEqual([1_000n, 2_000n, 7_000n]);
  });

  it('pays once, however often it sends the payment or asks by its own key', async () => {
    const account = await reads.wallet(FUNDS);
    const { sent, by } = recorder();
    const pay = reads.exactFetch(account, by);
    const key = 'the-key-of-one-reader';
    const first = await bought(await pay(reads.url(id), { headers: { 'idempotency-key': key } }));
    const [payment] = sent;
    const replies = await Promise.all([payWith(payment!), payWith(payment!), payWith(payment!, id, key)]);
    for (const reply of replies) expect((await bought(reply)).receipt).toEqual(first.receipt);
    // The stock client asks before it pays: with its key it is not asked for money again.
    expect((await bought(await pay(reads.url(id), { headers: { 'idempotency-key': key } }))).receipt).toEqual(
      first.receipt,
    );
    expect(sent).toHaveLength(1);
    expect(await refused(await payWith(payment!, other))).toBe('invalid_exact_evm_nonce_already_used');
    expect([await reads.balanceOf(account.address), (await usageOf(account)).length]).toEqual([FUNDS - PRICE, 1]);
  });

  it('is answered once the payment is there when the server stopped between payment and delivery', async () => {
    const account = await reads.wallet(FUNDS);
    const { sent, by } = recorder(false);
    await reads.exactFetch(account, by)(reads.url(id));
    const payload = exactPayloadSchema.parse((decodeX402(sent[0]!) as PaymentPayload).payload);
    const payments = market.http.app.get(ExactPayments);
    const sale = { observation_id: id, price: PRICE };
    await market.http.app.get(UnitOfWork).run((tx) => payments.submit(tx, 'test', reads.chain, payload, sale));
    await eventually(async () => (await reads.balanceOf(account.address)) === FUNDS - PRICE, 'the payment');
    expect((await bought(await payWith(sent[0]!))).receipt.payer).toBe(account.address.toLowerCase());
    expect([await reads.balanceOf(account.address), (await usageOf(account)).length]).toEqual([FUNDS - PRICE, 1]);
  });

  it('is refused, and not charged, for another sum, receiver or signer, too late, or without the money', async () => {
    const account = await reads.wallet(FUNDS);
    const poor = await reads.wallet(PRICE - 1n);
    const { sent, by } = recorder(false);
    for (const payer of [account, poor]) await reads.exactFetch(payer, by)(reads.url(id));
    const [payment, unfunded] = sent;
    const tries: [string, string][] = [
      [
        changed(payment!, ({ payload }) => (payload.authorization.value = '9999')),
        'invalid_exact_evm_payload_authorization_value_mismatch',
      ],
      [
        changed(payment!, ({ payload }) => (payload.authorization.to = account.address)),
        'invalid_exact_evm_payload_recipient_mismatch',
      ],
      [
        changed(payment!, ({ payload }) => (payload.authorization.from = poor.address)),
        'invalid_exact_evm_payload_signature',
      ],
      [
        changed(payment!, ({ payload }) => (payload.authorization.validBefore = '1000')),
        'invalid_exact_evm_payload_authorization_valid_before',
      ],
      [changed(payment!, ({ accepted }) => (accepted.amount = '1')), 'no_matching_payment_requirements'],
      [changed(payment!, ({ accepted }) => (accepted.network = 'eip155:1')), 'no_matching_payment_requirements'],
      [unfunded!, 'invalid_exact_evm_insufficient_balance'],
    ];
    for (const [tried, reason] of tries) expect(await refused(await payWith(tried))).toBe(reason);
    expect([await usageOf(account), await usageOf(poor)]).toEqual([[], []]);
    expect(await reads.balanceOf(account.address)).toBe(FUNDS);
  });
});

describe('the stock client that pays from a channel', () => {
  it(`buys ${VOUCHERS} reads that are claimed at once when it leaves, and is charged no more`, async () => {
    const account = await reads.wallet(FUNDS);
    const { fetch: pay } = reads.batchFetch(account);
    const before = await reads.balanceOf(reads.chain.receiver);
    for (let i = 0; i < VOUCHERS; i++) {
      const answer = await pay(reads.url(i % 2 === 0 ? id : other));
      const { receipt } = await bought(answer);
      expect(receipt.payment).toContain(`:${PRICE * BigInt(i + 1)}`);
      // Only a deposit needs a transaction.
      if (i > 0 && (await channelOf(account)).balance === 500_000n && i < 50)
        expect(settledBy(answer).transaction).toBe('');
    }
    const total = PRICE * BigInt(VOUCHERS);
    const row = await channelOf(account);
    expect([row.charged, row.signed, row.claimed]).toEqual([total, total, 0n]);
    expect((await usageOf(account)).reduce((sum, { price }) => sum + price, 0n)).toBe(total);

    const args = [row.config, row.balance - total] as const;
    await reads.send(account, encodeFunctionData({ abi: feedChannelAbi, functionName: 'initiateWithdraw', args }));
    await eventually(async () => (await channelOf(account)).state === 'frozen', 'the freeze');
    expect(await refused(await pay(reads.url(id)))).toBe('invalid_batch_settlement_evm_channel_frozen');
    await eventually(async () => (await channelOf(account)).claimed === total, 'the claim');
    const paid = async () => (await reads.balanceOf(reads.chain.receiver)) - before;
    await eventually(async () => (await paid()) === total, 'the settlement');
    const claims = await reads.rows<{ one: number }>(
      `SELECT 1 AS one FROM chain_operation WHERE purpose = 'channel.claim' AND state = 'done'`,
    );
    expect(claims).toHaveLength(1);
  }, 120_000);

  it('is charged once for one voucher, however many requests carry it at once', async () => {
    const account = await reads.wallet(FUNDS);
    await bought(await reads.batchFetch(account).fetch(reads.url(id)));
    // A client that has lost its state signs too little: it is told where the channel stands, and goes on from there.
    const { sent, by } = recorder();
    await bought(await reads.batchFetch(account, by).fetch(reads.url(other)));
    expect(sent).toHaveLength(2);
    const replies = await Promise.all(Array.from({ length: 8 }, () => payWith(sent[1]!, other)));
    const receipts = await Promise.all(replies.map(async (reply) => (await bought(reply)).receipt));
    expect(new Set(receipts.map((receipt) => JSON.stringify(receipt))).size).toBe(1);
    expect((await channelOf(account)).charged).toBe(2n * PRICE);
    expect(await usageOf(account)).toHaveLength(2);
  });

  it('is refused what is replayed for another read, stale, out of order, beyond the deposit or not its own', async () => {
    const account = await reads.wallet(FUNDS);
    const { sent, by } = recorder();
    const { fetch: pay } = reads.batchFetch(account, by);
    for (let i = 0; i < 3; i++) await bought(await pay(reads.url(id)));
    const [deposit, second, third] = sent;
    const mismatch = 'invalid_batch_settlement_evm_cumulative_amount_mismatch';
    for (const used of [deposit!, second!, third!]) expect(await refused(await payWith(used, other))).toBe(mismatch);
    const voucher = async (total: bigint): Promise<string> => {
      const row = await channelOf(account);
      const signature = await account.signTypedData(voucherMessage(reads.chain.view.chain_id, row.id, total));
      return changed(
        third!,
        ({ payload }) => (payload.voucher = { channelId: row.id, maxClaimableAmount: String(total), signature }),
      );
    };
    for (const total of [3n * PRICE - 1n, 3n * PRICE, 5n * PRICE, 1_000n * PRICE])
      expect(await refused(await payWith(await voucher(total), other))).toBe(mismatch);
    const spoilt = changed(
      await voucher(4n * PRICE),
      ({ payload }) => (payload.voucher.maxClaimableAmount = String(5n * PRICE)),
    );
    expect(await refused(await payWith(spoilt, other))).toBe('invalid_batch_settlement_evm_voucher_signature');
    const swapped = changed(
      await voucher(4n * PRICE),
      ({ payload }) => (payload.channelConfig.receiver = account.address),
    );
    expect(await refused(await payWith(swapped, other))).toBe('invalid_batch_settlement_evm_receiver_mismatch');
    await reads.rows('UPDATE channel SET balance = 30000 WHERE id = $1 RETURNING id', [(await channelOf(account)).id]);
    expect((await bought(await payWith(await voucher(4n * PRICE), other))).receipt.payment).toContain(`:${4n * PRICE}`);
    expect([(await channelOf(account)).charged, (await usageOf(account)).length]).toEqual([4n * PRICE, 4]);
  });

  it('gets the rest back when both sides agree, and pays on from what it puts in next', async () => {
    const account = await reads.wallet(FUNDS);
    const { fetch: pay, scheme } = reads.batchFetch(account);
    await bought(await pay(reads.url(id)));
    await bought(await pay(reads.url(other)));
    const returned = await scheme.refund(reads.url(id));
    expect(returned).toMatchObject({ success: true, amount: String(500_000n - 2n * PRICE) });
    expect(await reads.balanceOf(account.address)).toBe(FUNDS - 2n * PRICE);
    expect(await channelOf(account)).toMatchObject({ charged: 2n * PRICE, claimed: 2n * PRICE, balance: 2n * PRICE });
    await expect(scheme.refund(reads.url(id))).rejects.toThrow('no');
    await bought(await pay(reads.url(id)));
    expect((await channelOf(account)).charged).toBe(3n * PRICE);
  });
});

describe('our own client', () => {
  it('pays by wallet within its limits, one read after the other, and takes the rest back', async () => {
    const account = await reads.wallet(FUNDS);
    const feeds = new FeedClient({ baseUrl: market.baseUrl });
    const { token, chain_id } = reads.chain.view;
    const common = { account, network: networkOf(chain_id), asset: token.address };
    const wallet = new ReadWallet({ ...common, price_max: PRICE, spend_max: 5n * PRICE, deposit_max: FUNDS });
    const ids = [id, other, id, other, id];
    const all = await Promise.all(ids.map((one) => feeds.observations.read(one, { pay: wallet })));
    expect(all.map(({ body }) => body.record.id)).toEqual(ids);
    expect(new Set(all.map(({ receipt }) => receipt?.payment)).size).toBe(5);
    expect([wallet.signed, (await channelOf(account)).charged]).toEqual([5n * PRICE, 5n * PRICE]);
    await expect(feeds.observations.read(id, { pay: wallet })).rejects.toMatchObject({ reason: 'over_cap' });
    // Another process with the same wallet knows nothing of the channel: it is told, checks it, and goes on.
    const next = new ReadWallet({ ...common, price_max: PRICE, spend_max: FUNDS });
    await feeds.observations.read(other, { pay: next });
    expect((await channelOf(account)).charged).toBe(6n * PRICE);
    expect(await feeds.observations.settleUp(id, next)).toMatch(/^0x/);
    expect(await reads.balanceOf(account.address)).toBe(FUNDS - 6n * PRICE);
    const dear = new ReadWallet({ ...common, price_max: PRICE - 1n, spend_max: FUNDS });
    await expect(feeds.observations.read(id, { pay: dear })).rejects.toMatchObject({ reason: 'over_cap' });
    const single = new ReadWallet({ ...common, price_max: PRICE, spend_max: PRICE, scheme: 'exact' });
    expect((await feeds.observations.read(id, { pay: single })).receipt?.scheme).toBe('exact');
    expect([dear.signed, single.signed, await reads.balanceOf(account.address)]).toEqual([
      0n,
      PRICE,
      FUNDS - 7n * PRICE,
    ]);
  }, 120_000);
});

describe('the books', () => {
  it('explain every micro that reads brought in, in channels and at the receiver', async () => {
    const differing = async () => {
      const [found] = await reservesOf(market.http.app.get(UnitOfWork), { test: market.chain_url! });
      return found!.lines.filter(({ difference }) => difference !== 0n);
    };
    await eventually(async () => (await differing()).length === 0, 'proof of reserves');
    const [found] = await reservesOf(market.http.app.get(UnitOfWork), { test: market.chain_url! });
    const owed = found!.lines.find(({ what }) => what === 'reads: accounts against what is owed');
    const sums = await reads.rows<{ charged: bigint; batch: bigint; used: bigint }>(
      `SELECT (SELECT sum(charged - began) FROM channel)::bigint AS charged,
              (SELECT sum(price) FROM usage_event WHERE how = 'batch')::bigint AS batch,
              (SELECT sum(price) FROM usage_event WHERE how <> 'balance')::bigint AS used`,
    );
    const [{ charged, batch, used }] = sums as [(typeof sums)[number]];
    expect([charged, owed?.books]).toEqual([batch, used]);
  }, 120_000);
});

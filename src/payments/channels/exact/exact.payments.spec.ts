import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { testUsdAbi } from '@groundtruth/sdk/abi';
import { transferMessage, type ExactPayload, type PaymentRequirement } from '@groundtruth/sdk/protocol';
import { encodeFunctionData, type Hex } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { mintId } from '../../../kernel/ids.js';
import { eventually } from '../../../../test/support/eventually.js';
import { sendAs } from '../../../../test/support/wallets.js';
import { UsageRepository } from '../../usage/usage.repository.js';
import { transferCall } from '../channel.calls.js';
import { channelWorld, type ChannelWorld } from '../channel.fixture.js';
import type { ReadChain } from '../read.chain.js';
import { ExactPayments } from './exact.payments.js';
import { ExactRepository } from './exact.repository.js';
import { facilitatorAt } from './facilitator.js';

const PRICE = 10_000n;

describe('a payment for one read', () => {
  let world: ChannelWorld;
  let relayed: ExactPayments;
  beforeAll(async () => {
    world = await channelWorld();
    relayed = paymentsOn(world.readChain);
  });
  afterAll(() => world.end());

  function paymentsOn(chain: ReadChain): ExactPayments {
    const { db, revenue, clock } = world;
    const chains = { test: chain, live: null };
    const payments = new ExactPayments(
      db.unitOfWork,
      new ExactRepository(),
      new UsageRepository(),
      revenue,
      clock,
      chains,
    );
    const sale = { mode: 'test', contributor_id: 'ctr_1', funders: [{ agent_id: 'agt_1', amount: 1n }] } as const;
    payments.earnedBy((_, { observation_id, amount }) => Promise.resolve({ ...sale, observation_id, price: amount }));
    if (chain.facilitator === null) payments.listen();
    return payments;
  }

  /** An authorization of a payer with money, and the payment that was noted of it. */
  async function noted(payments: ExactPayments, chain: ReadChain) {
    const payer = privateKeyToAccount(generatePrivateKey());
    const { token, chain_id } = world.readChain.view;
    const mint = encodeFunctionData({ abi: testUsdAbi, functionName: 'mint', args: [payer.address, PRICE] });
    const call = { to: token.address, data: mint, value: 0n, purpose: 'mint', confirmations: 'latest+1' } as const;
    await world.db.unitOfWork.run((tx) =>
      world.readChain.relayer.enqueue(tx, { id: `mint:${payer.address}`, ...call }),
    );
    await world.finish();
    const validBefore = Math.floor(world.clock.now() / 1_000) + 3_600;
    const from = payer.address.toLowerCase() as Hex;
    const nonce: Hex = generatePrivateKey();
    const message = { from, to: chain.receiver, value: PRICE, validAfter: 0n, validBefore: BigInt(validBefore), nonce };
    const signature = await payer.signTypedData(transferMessage({ ...token, chain_id }, message));
    const authorization = {
      from,
      to: chain.receiver,
      nonce,
      value: String(PRICE),
      validAfter: '0',
      validBefore: String(validBefore),
    };
    const payload: ExactPayload = { authorization, signature };
    expect(await payments.refusal(chain, payload, PRICE)).toBeNull();
    const sale = { observation_id: mintId('observation'), price: PRICE };
    await world.db.unitOfWork.run((tx) => payments.submit(tx, 'test', chain, payload, sale));
    return { id: payments.idOf(chain, payload), payload };
  }

  const usageOf = (payment: string) =>
    world.db.dataSource.query('SELECT * FROM usage_event WHERE payment = $1', [payment]);
  const bySomebody = (payload: ExactPayload) =>
    sendAs(world.chain.url, privateKeyToAccount(generatePrivateKey()), {
      to: world.readChain.view.token.address,
      data: transferCall(payload),
    });

  it('counts when somebody else has sent it first: the money is there', async () => {
    const { id, payload } = await noted(relayed, world.readChain);
    expect(await bySomebody(payload)).toBe('success');
    expect(await relayed.finish(world.readChain, id)).toMatchObject({ state: 'settled' });
    expect(await usageOf(id)).toHaveLength(1);
    expect(await relayed.refusal(world.readChain, payload, PRICE)).toBe('invalid_exact_evm_nonce_already_used');
  });

  it('comes to nothing when its payer has spent the money meanwhile', async () => {
    const { id, payload } = await noted(relayed, world.readChain);
    const { token } = world.readChain.view;
    const burnt = encodeFunctionData({ abi: testUsdAbi, functionName: 'transfer', args: [token.address, PRICE] });
    await world.chain.request('anvil_impersonateAccount', [payload.authorization.from]);
    await world.chain.fund(payload.authorization.from, 10n ** 18n);
    const hash = await world.chain.request('eth_sendTransaction', [
      { from: payload.authorization.from, to: token.address, data: burnt },
    ]);
    await eventually(() => world.chain.request('eth_getTransactionReceipt', [hash]));
    expect(await relayed.finish(world.readChain, id)).toMatchObject({ state: 'failed', transaction: null });
    expect(await usageOf(id)).toEqual([]);
  });

  describe('given to a facilitator', () => {
    let server: Server;
    let answer: (payload: ExactPayload, accepted: PaymentRequirement) => Promise<unknown>;
    let chain: ReadChain;
    let payments: ExactPayments;
    beforeAll(async () => {
      server = createServer((request, reply) => {
        const parts: Buffer[] = [];
        request.on('data', (part: Buffer) => parts.push(part));
        request.on('end', () => {
          const { paymentPayload, paymentRequirements } = JSON.parse(Buffer.concat(parts).toString()) as never as {
            paymentPayload: { payload: ExactPayload };
            paymentRequirements: PaymentRequirement;
          };
          void answer(paymentPayload.payload, paymentRequirements).then((said) => reply.end(JSON.stringify(said)));
        });
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const facilitator = facilitatorAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      chain = { ...world.readChain, facilitator };
      payments = paymentsOn(chain);
    });
    afterAll(() => new Promise((resolve) => server.close(resolve)));
    const said = (success: boolean) => ({
      success,
      transaction: success ? `0x${'00'.repeat(32)}` : '',
      network: 'eip155:31337',
      errorReason: 'why',
    });

    it('counts when the chain shows it, and is sent once however often it is asked for', async () => {
      let sent = 0;
      answer = async (payload, accepted) => {
        sent += 1;
        expect(accepted).toMatchObject({ scheme: 'exact', amount: String(PRICE), payTo: chain.receiver });
        return said((await bySomebody(payload)) === 'success');
      };
      const { id } = await noted(payments, chain);
      const ends = [await payments.finish(chain, id), await payments.finish(chain, id)];
      expect(ends.map(({ state }) => state)).toEqual(['settled', 'settled']);
      expect([sent, (await usageOf(id)).length]).toEqual([1, 1]);
    });

    it('counts for nothing by the facilitator’s word alone', async () => {
      answer = () => Promise.resolve(said(true));
      const { id } = await noted(payments, chain);
      await expect(payments.finish(chain, id)).rejects.toMatchObject({ code: 'dependency_unavailable' });
      answer = () => Promise.resolve(said(false));
      expect(await payments.finish(chain, id)).toMatchObject({ state: 'failed', reason: 'why' });
      expect(await usageOf(id)).toEqual([]);
    });

    it('is found on chain when nobody ever asked again', async () => {
      const [paid, unpaid] = [await noted(payments, chain), await noted(payments, chain)];
      await bySomebody(paid.payload);
      await payments.pass();
      expect(await usageOf(paid.id)).toEqual([]); // It may still be asked for.
      world.clock.advance(61_000);
      await payments.pass();
      expect([(await usageOf(paid.id)).length, (await usageOf(unpaid.id)).length]).toEqual([1, 0]);
    });
  });
});

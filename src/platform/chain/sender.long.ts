import { encodeErrorResult, type Hex, numberToHex } from 'viem';
import { FAILPOINTS } from './failpoints.js';
import { LOGGER, REFUSER, REFUSER_CODE } from './testing/contracts.js';
import { faultyNode, type FaultyNode } from './testing/faulty-node.js';
import type { ChainSender } from './sender.js';
import { ERRORS, logging, SendingBench } from './testing/sending.js';

const GWEI = 10n ** 9n;
const refused = encodeErrorResult({ abi: ERRORS, errorName: 'Refused', args: [7n] });

describe('a sender of operations', () => {
  let bench: SendingBench;
  beforeAll(async () => (bench = await SendingBench.start()));
  beforeEach(() => bench.reset());
  afterAll(() => bench.stop());
  const automine = (on: boolean): Promise<unknown> => bench.chain.request('evm_setAutomine', [on]);

  it('sends what was queued, in order, and tells the end of each once', async () => {
    const sender = bench.sender();
    await bench.enqueue(
      sender,
      logging(1),
      logging(2, { confirmations: 'safe' }),
      logging(3, { confirmations: 'finalized' }),
    );
    await bench.finish(sender);
    expect(await bench.effects()).toEqual([1n, 2n, 3n]);
    expect(await bench.told()).toEqual(['op-1 done', 'op-2 done', 'op-3 done']);
    const done = await bench.operation('op-1');
    expect(done).toMatchObject({
      state: 'done',
      reason: null,
      held: null,
      mined_hash: (await bench.hashes('op-1'))[0],
    });
    expect(done.fee_paid! > 21_000n).toBe(true);
  });

  it('counts an operation as done only when it is as deep as asked', async () => {
    const sender = bench.sender();
    await bench.enqueue(sender, logging(1));
    await sender.pump();
    await bench.took(1n);
    for (let pumps = 0; pumps < 2; pumps++) await sender.pump();
    expect((await bench.operation('op-1')).state).toBe('mined'); // No block is on top of its own.
    await bench.enqueue(sender, logging(2, { confirmations: 'finalized' }));
    await sender.pump();
    await bench.took(2n);
    const states = async (): Promise<string[]> => {
      await sender.pump();
      return [(await bench.operation('op-1')).state, (await bench.operation('op-2')).state];
    };
    expect(await states()).toEqual(['done', 'mined']);
    await bench.chain.mine();
    expect(await states()).toEqual(['done', 'mined']);
    await bench.chain.mine();
    expect(await states()).toEqual(['done', 'done']);
  });

  it('does a repeated operation once, and refuses its id for another one', async () => {
    const sender = bench.sender();
    await bench.enqueue(sender, logging(1), logging(1));
    await bench.finish(sender);
    await bench.enqueue(sender, logging(1));
    await bench.finish(sender);
    expect(await bench.effects()).toEqual([1n]);
    for (const other of [
      { value: 1n },
      { data: '0x01' as Hex },
      { to: REFUSER },
      { purpose: 'other' },
      { confirmations: 'safe' as const },
    ]) {
      await expect(bench.enqueue(sender, logging(1, other))).rejects.toMatchObject({ name: 'OperationDiffers' });
    }
  });

  it('forgets what was queued in a transaction that rolled back', async () => {
    const sender = bench.sender();
    const work = bench.database.unitOfWork.run(async (tx) => {
      await sender.enqueue(tx, logging(1));
      throw new Error('rolled back');
    });
    await expect(work).rejects.toThrow('rolled back');
    await bench.finish(sender);
    expect(await bench.effects()).toEqual([]);
  });

  it('refuses what would revert, in the words of the contract, without using a nonce', async () => {
    const sender = bench.sender();
    await bench.enqueue(
      sender,
      logging(1, { to: REFUSER, data: refused }),
      logging(2, { to: REFUSER, data: '0xdeadbeef' }),
      logging(3),
    );
    await bench.finish(sender);
    expect(await bench.operation('op-1')).toMatchObject({ state: 'refused', reason: 'Refused(7)', mined_block: null });
    expect(await bench.operation('op-2')).toMatchObject({ state: 'refused', reason: 'reverted with 0xdeadbeef' });
    expect(await bench.told()).toEqual(['op-1 refused', 'op-2 refused', 'op-3 done']);
    expect(await bench.nonce()).toBe(1n);
  });

  it('does not refuse what would revert only until something under way is mined', async () => {
    await automine(false);
    const sender = bench.sender();
    await bench.chain.request('anvil_setCode', [LOGGER, '0x00']);
    await bench.enqueue(sender, logging(1), logging(2, { to: REFUSER, data: refused }));
    await sender.pump();
    expect(await bench.operation('op-2')).toMatchObject({
      state: 'queued',
      held: expect.stringContaining('under way'),
    });
    await bench.chain.request('anvil_setCode', [REFUSER, '0x00']); // As if the first one had made it possible.
    await bench.finish(sender);
    expect(await bench.told()).toEqual(['op-1 done', 'op-2 done']);
  });

  it('fails what reverted when it was mined, and keeps what it cost', async () => {
    await automine(false);
    const sender = bench.sender();
    await bench.enqueue(sender, logging(1, { data: refused }));
    await sender.pump();
    await bench.chain.request('anvil_setCode', [LOGGER, REFUSER_CODE]);
    await bench.finish(sender);
    expect(await bench.operation('op-1')).toMatchObject({ state: 'failed', reason: 'Refused(7)' });
    expect((await bench.operation('op-1')).fee_paid! > 0n).toBe(true);
    expect(await bench.told()).toEqual(['op-1 failed']);
  });

  it('leaves an operation mined when its handler throws, and tells it again', async () => {
    const first = bench.sender();
    await bench.enqueue(first, logging(1, { purpose: 'careful' }), logging(2));
    let calls = 0;
    first.onDone('careful', () => (++calls === 1 ? Promise.reject(new Error('not now')) : Promise.resolve()));
    await first.pump();
    await bench.took(2n);
    await bench.chain.mine();
    await first.pump();
    expect((await bench.operation('op-1')).state).toBe('mined');
    expect(await bench.told()).toEqual(['op-2 done']);
    await bench.finish(first);
    expect((await bench.operation('op-1')).state).toBe('done');
    expect(calls).toBe(2);
  });

  it('raises both fees of what a spike of the base fee holds up, and keeps every hash', async () => {
    await automine(false);
    const sender = bench.sender({ policy: { replace_after_blocks: 2 } });
    await bench.enqueue(sender, logging(1));
    await sender.pump();
    await bench.chain.request('anvil_setNextBlockBaseFeePerGas', [numberToHex(50n * GWEI)]);
    await bench.chain.mine();
    await sender.pump();
    expect(await bench.hashes('op-1')).toHaveLength(1);
    await bench.chain.mine();
    await sender.pump();
    const hashes = await bench.hashes('op-1');
    expect(hashes).toHaveLength(2);
    await bench.finish(sender);
    expect(await bench.operation('op-1')).toMatchObject({ state: 'done', mined_hash: hashes[1] });
    expect(await bench.effects()).toEqual([1n]);
  });

  it('waits, and says so, rather than pay more than the cap', async () => {
    await automine(false);
    await bench.chain.request('anvil_setNextBlockBaseFeePerGas', [numberToHex(1n * GWEI)]);
    await bench.chain.mine();
    const sender = bench.sender({ policy: { replace_after_blocks: 1, max_fee_cap: 3n * GWEI } });
    await bench.enqueue(sender, logging(1));
    await sender.pump();
    await bench.chain.request('anvil_setNextBlockBaseFeePerGas', [numberToHex(50n * GWEI)]);
    await bench.chain.mine();
    await bench.enqueue(sender, logging(2));
    await sender.pump();
    expect(await bench.operation('op-1')).toMatchObject({ state: 'sent', held: expect.stringContaining('fee cap') });
    expect(await bench.operation('op-2')).toMatchObject({ state: 'queued', held: expect.stringContaining('cap') });
    expect(await bench.hashes('op-1')).toHaveLength(1);
    await bench.chain.request('anvil_setNextBlockBaseFeePerGas', [numberToHex(1n * GWEI)]);
    await bench.finish(sender);
    expect(await bench.effects()).toEqual([1n, 2n]);
  });

  it('replaces after a time too, once a block has come', async () => {
    await automine(false);
    const sender = bench.sender({ policy: { replace_after_ms: 1_000 } });
    await bench.enqueue(sender, logging(1));
    await sender.pump();
    bench.clock.advance(2_000);
    await sender.pump();
    expect(await bench.hashes('op-1')).toHaveLength(1);
    await bench.chain.request('anvil_setNextBlockBaseFeePerGas', [numberToHex(50n * GWEI)]);
    await bench.chain.mine();
    await sender.pump();
    expect(await bench.hashes('op-1')).toHaveLength(2);
  });

  it('sends the same bytes again when the node has dropped them', async () => {
    await automine(false);
    const sender = bench.sender();
    await bench.enqueue(sender, logging(1));
    await sender.pump();
    const [hash] = await bench.hashes('op-1');
    await bench.chain.request('anvil_dropTransaction', [hash]);
    expect(await bench.chain.request('eth_getTransactionByHash', [hash])).toBeNull();
    await bench.sender().pump();
    expect(await bench.chain.request('eth_getTransactionByHash', [hash])).not.toBeNull();
    await bench.finish(sender);
    expect(await bench.hashes('op-1')).toEqual([hash]);
  });

  it('sends the same bytes again when their block was abandoned', async () => {
    const sender = bench.sender();
    await bench.enqueue(sender, logging(1));
    const snapshot = await bench.chain.request('evm_snapshot', []);
    await sender.pump();
    await bench.took(1n);
    await sender.pump();
    expect((await bench.operation('op-1')).state).toBe('mined');
    await automine(false);
    await bench.chain.request('evm_revert', [snapshot]);
    await sender.pump();
    expect(await bench.operation('op-1')).toMatchObject({ state: 'sent', mined_block: null, mined_hash: null });
    await bench.finish(sender);
    expect(await bench.effects()).toEqual([1n]);
    expect(await bench.hashes('op-1')).toHaveLength(1);
    expect(await bench.told()).toEqual(['op-1 done']);
  });

  it('sends what was done again when the chain goes back behind it, for later nonces wait for it, and tells nobody twice', async () => {
    const sender = bench.sender();
    const snapshot = await bench.chain.request('evm_snapshot', []);
    await bench.enqueue(sender, logging(1));
    await bench.finish(sender);
    await automine(false);
    await bench.chain.request('evm_revert', [snapshot]);
    expect(await bench.nonce()).toBe(0n);
    await bench.enqueue(sender, logging(2));
    await bench.finish(sender);
    expect(await bench.effects()).toEqual([1n, 2n]);
    expect(await bench.hashes('op-1')).toHaveLength(1);
    expect(await bench.told()).toEqual(['op-1 done', 'op-2 done']);
  });

  it('fills a hole between nonces with a transaction to itself', async () => {
    await automine(false);
    const lost = await bench.foreign({ nonce: 0, fee: 5n * GWEI });
    const sender = bench.sender();
    await bench.enqueue(sender, logging(1)); // Behind the other one, which then is lost.
    await sender.pump();
    await bench.chain.request('anvil_dropTransaction', [lost]);
    await bench.finish(sender);
    expect(await bench.effects()).toEqual([1n]);
    expect(await bench.nonce()).toBe(2n);
    expect(await bench.told()).toEqual(['op-1 done']);
  });

  it('gives an operation another nonce when somebody else has used its own, once that is final', async () => {
    await automine(false);
    const sender = bench.sender();
    await bench.enqueue(sender, logging(1));
    await sender.pump();
    await bench.foreign({ nonce: 0, fee: 100n * GWEI });
    await bench.chain.mine();
    await sender.pump();
    expect(await bench.operation('op-1')).toMatchObject({ state: 'sent', held: expect.stringContaining('final') });
    await bench.finish(sender);
    expect(await bench.effects()).toEqual([99n, 1n]);
    expect(await bench.told()).toEqual(['op-1 done']);
  });

  it('does everything once with two senders of one key', async () => {
    const [one, two] = [bench.sender(), bench.sender()];
    const numbers = Array.from({ length: 12 }, (_, index) => index + 1);
    await bench.enqueue(one, ...numbers.map((number) => logging(number)));
    const pumped = await Promise.all(Array.from({ length: 8 }, (_, index) => (index % 2 === 0 ? one : two).pump()));
    expect(pumped.map(({ state }) => state)).toContain('elsewhere');
    // Either may find the other at work each time it tries.
    await Promise.allSettled([bench.finish(one), bench.finish(two)]);
    await bench.finish(one);
    expect(await bench.effects()).toEqual(numbers.map(BigInt));
    expect(await bench.told()).toHaveLength(12);
  });

  describe('whose node fails', () => {
    let node: FaultyNode;
    beforeEach(async () => (node = await faultyNode(bench.chain.url)));
    afterEach(() => node.stop());

    it('loses nothing while it is down, and does not ask all the time', async () => {
      const sender = bench.sender({ rpc_url: node.url });
      node.down = true;
      await bench.enqueue(sender, logging(1));
      for (let pumps = 0; pumps < 10; pumps++) expect((await sender.pump()).state).toBe('unavailable');
      expect(node.asked()).toHaveLength(1);
      node.down = false;
      bench.clock.advance(60_000);
      await bench.finish(sender);
      expect(await bench.effects()).toEqual([1n]);
    });

    it('sends once what was taken although the answer was lost', async () => {
      const sender = bench.sender({ rpc_url: node.url });
      await bench.enqueue(sender, logging(1));
      node.loses_answer_of = 'eth_sendRawTransaction';
      expect((await sender.pump()).state).toBe('unavailable');
      expect((await bench.operation('op-1')).state).toBe('sent');
      await bench.finish(bench.sender());
      expect(await bench.effects()).toEqual([1n]);
      expect(await bench.hashes('op-1')).toHaveLength(1);
    });
  });

  // Each name is met in one of these lives at least; a second sender goes on where the first one died.
  const sendersOwn = FAILPOINTS.filter((name) => name.startsWith('sender.') && name !== 'sender.enqueue.inserted');
  it.each(sendersOwn)('does everything once when it dies at %s', async (name) => {
    await automine(false);
    let died = 0;
    const failpoint = (passed: string): void => {
      if (passed === name && died++ === 0) throw new Error('died');
    };
    const sender = bench.sender({ failpoint, policy: { replace_after_blocks: 2 } });
    await bench.enqueue(sender, logging(1), logging(2, { to: REFUSER, data: refused }), logging(3));
    const live = name.includes('.fill.') ? lifeBehindAHole : name.includes('.displace.') ? lifeWithAThief : stormyLife;
    await live(survivor(sender));
    await bench.finish(bench.sender());
    expect(died).toBeGreaterThan(0);
    expect((await bench.effects()).filter((number) => number !== 99n).sort()).toEqual([1n, 3n]);
    expect(await bench.told()).toEqual(['op-1 done', 'op-2 refused', 'op-3 done']);
  });

  /** Goes on with another sender where one dies. */
  function survivor(first: ChainSender): () => Promise<void> {
    let sender = first;
    return async () => {
      try {
        await sender.pump();
      } catch (error) {
        if (!String(error).includes('died')) throw error;
        sender = bench.sender();
        await sender.pump();
      }
    };
  }

  /** Meets a spike of the base fee and a reorg. */
  async function stormyLife(pump: () => Promise<void>): Promise<void> {
    await bench.chain.request('anvil_setNextBlockBaseFeePerGas', [numberToHex(50n * GWEI)]);
    await pump();
    for (let blocks = 0; blocks < 2; blocks++) await bench.chain.mine();
    const snapshot = await bench.chain.request('evm_snapshot', []);
    await pump();
    await bench.chain.mine();
    await pump();
    await bench.chain.request('evm_revert', [snapshot]);
    await quietLife(pump);
  }

  /** A transaction of the same key that is lost, so that ours wait behind a hole. */
  async function lifeBehindAHole(pump: () => Promise<void>): Promise<void> {
    const lost = await bench.foreign({ nonce: 0, fee: 5n * GWEI });
    await pump();
    await bench.chain.request('anvil_dropTransaction', [lost]);
    await quietLife(pump);
  }

  /** A transaction of the same key that takes our nonce. */
  async function lifeWithAThief(pump: () => Promise<void>): Promise<void> {
    await pump();
    await bench.foreign({ nonce: 0, fee: 100n * GWEI });
    await quietLife(pump);
  }

  async function quietLife(pump: () => Promise<void>): Promise<void> {
    for (let rounds = 0; rounds < 8; rounds++) {
      await pump();
      await bench.chain.mine();
    }
  }
});

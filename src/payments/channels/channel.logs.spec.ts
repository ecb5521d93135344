import { randomBytes } from 'node:crypto';
import { feedChannelAbi } from '@groundtruth/sdk/abi';
import { CHANNEL_CONTRACT } from '@groundtruth/sdk/protocol';
import { encodeAbiParameters, encodeEventTopics, getAbiItem, type AbiEvent, type Hex } from 'viem';
import type { ChainLog, LogHandler } from '../../platform/chain/index.js';
import { accountsOf } from '../accounts.js';
import { channelWorld, type ChannelWorld } from './channel.fixture.js';
import { ChannelLogs } from './channel.logs.js';

const PRICE = 10_000n;
const accounts = accountsOf('test', 'test_usd');
const hash = (): Hex => `0x${randomBytes(32).toString('hex')}`;

/** A log of the channel contract as a node tells it, in a block of its own. */
function logOf(eventName: string, args: Record<string, unknown>, round = 0): ChainLog {
  const abi = feedChannelAbi;
  const { inputs } = getAbiItem({ abi, name: eventName as 'Settled' }) as AbiEvent;
  const plain = inputs.filter(({ indexed }) => !indexed);
  return {
    chain_id: 31_337,
    block_hash: hash(),
    log_index: 0,
    block: 1n,
    tx_hash: hash(),
    address: CHANNEL_CONTRACT,
    topics: encodeEventTopics({ abi, eventName: eventName as 'Settled', args: args as never }) as Hex[],
    data: encodeAbiParameters(
      plain,
      plain.map(({ name }) => args[name!]),
    ),
    round,
  };
}

describe('the logs of the channel contract', () => {
  let world: ChannelWorld;
  let handler: LogHandler;
  beforeAll(async () => {
    world = await channelWorld();
    handler = new ChannelLogs(world.channels, world.ledger, world.clock).of(world.readChain);
  });
  afterAll(() => world.end());
  const take = (what: 'apply' | 'reverse', log: ChainLog) => world.db.unitOfWork.run((tx) => handler[what](tx, log));
  const posted = (key: ReturnType<typeof accounts.fees>) =>
    world.db.unitOfWork.run(async (tx) => (await world.ledger.balance(tx, key)).posted);
  const lie = async () => [await posted(accounts.chain('channels')), await posted(accounts.chain('reads'))];

  it('freeze a channel whose payer announces that it leaves, and let it go on when that block is abandoned', async () => {
    const { id } = await world.opened(500_000n);
    const log = logOf('WithdrawInitiated', { channelId: id, amount: 1n, finalizeAfter: 1_800_000_000 });
    await take('apply', log);
    expect(await world.row(id)).toMatchObject({ state: 'frozen', withdraw_at: 1_800_000_000_000 });
    await take('reverse', log);
    await world.refresh.pass();
    expect(await world.row(id)).toMatchObject({ state: 'open', withdraw_at: null });
  });

  it('move what was settled to the receiver, back when its block is abandoned, and there again when it returns', async () => {
    const channel = await world.opened(500_000n);
    await world.read(channel, 3, PRICE);
    const { receiver, view } = world.readChain;
    const settled = { receiver, token: view.token.address, sender: receiver, amount: 2n * PRICE };
    const log = logOf('Settled', settled);
    await take('apply', log);
    expect(await lie()).toEqual([PRICE, 2n * PRICE]);
    await take('reverse', log);
    expect(await lie()).toEqual([3n * PRICE, 0n]);
    await take('apply', { ...log, round: 1 });
    expect(await lie()).toEqual([PRICE, 2n * PRICE]);
  });

  it('are passed over when they are about others, and never throw', async () => {
    const before = await lie();
    const { receiver, view } = world.readChain;
    const stranger: Hex = `0x${'9'.repeat(40)}`;
    await take(
      'apply',
      logOf('Settled', { receiver: stranger, token: view.token.address, sender: receiver, amount: 5n }),
    );
    await take('apply', logOf('Settled', { receiver, token: stranger, sender: receiver, amount: 5n }));
    await take(
      'apply',
      logOf('Claimed', { channelId: hash(), sender: receiver, claimAmount: 1n, newTotalClaimed: 1n }),
    );
    await take('apply', {
      ...logOf('Settled', { receiver, token: stranger, sender: receiver, amount: 5n }),
      topics: [hash()],
    });
    expect(await lie()).toEqual(before);
    // More than was ever charged can only come by a stolen key: it is there, and nobody is owed it.
    const much = { receiver, token: view.token.address, sender: receiver, amount: 10n * PRICE };
    await take('apply', logOf('Settled', much));
    expect(await lie()).toEqual([0n, before[1]! + 10n * PRICE]);
    expect((await world.db.unitOfWork.run((tx) => world.ledger.booksBalance(tx))).faults).toEqual([]);
  });
});

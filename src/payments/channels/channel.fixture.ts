import { authorizationCollectorAbi, feedChannelAbi, testUsdAbi } from '@groundtruth/sdk/abi';
import { authorizationCollectorBytecode, feedChannelBytecode, testUsdBytecode } from '@groundtruth/sdk/abi/bytecode';
import {
  CHANNEL_CONTRACT,
  channelIdOf,
  DEPOSIT_COLLECTOR,
  depositNonce,
  receiveMessage,
  voucherMessage,
  type Chain,
  type ChannelConfig,
} from '@groundtruth/sdk/protocol';
import { encodeFunctionData, numberToHex, type Hex } from 'viem';
import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts';
import { ManualClock } from '../../kernel/clock.js';
import { mintId } from '../../kernel/ids.js';
import { LedgerService } from '../../ledger/index.js';
import { ChainSender, deployContracts } from '../../platform/chain/index.js';
import { loadConfig } from '../../platform/config/index.js';
import { silentLog } from '../../platform/telemetry/index.js';
import { SystemClock } from '../../platform/time.js';
import { startTestChain } from '../../../test/support/anvil.js';
import { testDatabase } from '../../../test/support/postgres.js';
import { sendAs } from '../../../test/support/wallets.js';
import { walletQuestions } from '../rails/stablecoin/wallet.questions.js';
import { ReadRevenue } from '../usage/read.revenue.js';
import { depositCall, READ_PURPOSES, toChannels } from './channel.calls.js';
import type { ChannelRow } from './channel.entity.js';
import { channelQuestions } from './channel.questions.js';
import { ChannelRefresh } from './channel.refresh.js';
import { ChannelsRepository } from './channels.repository.js';
import { Claimer } from './claimer.js';
import type { ReadChain, ReadChains } from './read.chain.js';

export const DELAY_S = 900;
const ETHER = 10n ** 18n;
const DAY_S = 86_400;

export type ChannelWorld = Awaited<ReturnType<typeof channelWorld>>;

/** Channels on a real chain, database and ledger, with the real claimer: nobody runs it but the test. */
export async function channelWorld(settings: Record<string, string> = {}) {
  const [chain, db] = [await startTestChain(), await testDatabase({ poolMax: 4 })];
  const { unitOfWork } = db;
  const clock = new ManualClock(new SystemClock().now());
  const config = loadConfig({ CHANNEL_WITHDRAW_DELAY_S: String(DELAY_S), ...settings });
  const account = () => privateKeyToAccount(generatePrivateKey());
  const [signer, authorizer, receiver] = [account(), account(), account().address.toLowerCase() as Hex];
  await chain.fund(signer.address, ETHER);
  const at = await deployContracts(chain.request, [
    { name: 'token', abi: testUsdAbi, bytecode: testUsdBytecode, args: [signer.address] },
    { name: 'channels', bytecode: feedChannelBytecode },
    { name: 'collector', abi: authorizationCollectorAbi, bytecode: authorizationCollectorBytecode, args: [CHANNEL_CONTRACT] },
  ]); // prettier-ignore
  for (const [place, made] of [
    [CHANNEL_CONTRACT, at.channels],
    [DEPOSIT_COLLECTOR, at.collector],
  ] as const)
    await chain.setCode(place, await chain.request<Hex>('eth_getCode', [made, 'latest']));
  const token = at.token.toLowerCase() as Hex;
  const ask = (functionName: 'name' | 'version') =>
    chain.request<Hex>('eth_call', [
      { to: token, data: encodeFunctionData({ abi: testUsdAbi, functionName }) },
      'latest',
    ]);
  const text = async (name: 'name' | 'version') => decodeText(await ask(name));
  const view: Chain = {
    mode: 'test',
    chain_id: chain.chain_id,
    escrow: receiver,
    distributor: receiver,
    token: { address: token, name: await text('name'), version: await text('version'), decimals: 6 },
  };
  const relayer = new ChainSender({
    chain_id: chain.chain_id,
    rpc_url: chain.url,
    signer,
    unitOfWork,
    database_url: db.url,
    log: silentLog,
    errors: [...feedChannelAbi, ...testUsdAbi],
  });
  for (const purpose of ['mint', READ_PURPOSES.deposit]) relayer.onDone(purpose, () => Promise.resolve());
  const questions = channelQuestions(chain.request);
  const readChain: ReadChain = {
    view,
    relayer,
    receiver,
    authorizer,
    wallets: walletQuestions(chain.request, token),
    channels: questions,
    facilitator: null,
  };
  const chains: ReadChains = { test: readChain, live: null };
  const [ledger, channels] = [new LedgerService(clock), new ChannelsRepository()];
  const revenue = new ReadRevenue(ledger, config);
  const refresh = new ChannelRefresh(unitOfWork, channels, revenue, clock, chains);
  const claimer = new Claimer(unitOfWork, channels, refresh, clock, silentLog, chains, config);
  claimer.listen();

  /** Until nothing is queued or under way any more. */
  const finish = async (): Promise<void> => {
    for (let pumps = 0; pumps < 50; pumps++) {
      const pumped = await relayer.pump();
      if (pumped.state === 'pumped' && pumped.queued === 0 && pumped.under_way === 0) return;
      await chain.mine();
    }
    throw new Error('the relayer did not come to an end');
  };
  const row = async (id: Hex): Promise<ChannelRow> => (await unitOfWork.run((tx) => channels.get(tx, id)))!;

  return {
    db,
    chain,
    clock,
    ledger,
    channels,
    revenue,
    refresh,
    claimer,
    readChain,
    finish,
    row,
    balanceOf: (address: Hex) => readChain.wallets.balanceOf(address),
    operations: async (purpose: string) =>
      db.dataSource.query<{ id: string; state: string }[]>('SELECT id, state FROM chain_operation WHERE purpose = $1', [
        purpose,
      ]),
    /** A channel of a new payer, with this much in it. */
    async opened(amount: bigint) {
      const payer = account();
      const channelConfig: ChannelConfig = {
        payer: payer.address.toLowerCase() as Hex,
        payerAuthorizer: payer.address.toLowerCase() as Hex,
        receiver,
        receiverAuthorizer: authorizer.address.toLowerCase() as Hex,
        token,
        withdrawDelay: DELAY_S,
        salt: numberToHex(1, { size: 32 }),
      };
      const id = channelIdOf(chain.chain_id, channelConfig);
      const salt = numberToHex(7, { size: 32 });
      const validBefore = Math.floor(clock.now() / 1_000) + 365 * DAY_S;
      const receipt = {
        from: channelConfig.payer,
        to: DEPOSIT_COLLECTOR,
        value: amount,
        nonce: depositNonce(id, salt),
      } as const;
      const signature = await payer.signTypedData(receiveMessage(view, receipt, validBefore));
      const erc3009Authorization = { validAfter: '0', validBefore: String(validBefore), salt, signature };
      const deposit = { amount: String(amount), authorization: { erc3009Authorization } };
      const mint = encodeFunctionData({ abi: testUsdAbi, functionName: 'mint', args: [payer.address, amount] });
      await unitOfWork.run(async (tx) => {
        const common = { value: 0n, confirmations: 'latest+1' } as const;
        await relayer.enqueue(tx, { id: `mint:${id}`, to: token, data: mint, purpose: 'mint', ...common });
        const call = toChannels(depositCall(channelConfig, deposit));
        await relayer.enqueue(tx, {
          id: `deposit:${id}`,
          ...call,
          purpose: READ_PURPOSES.deposit,
          confirmations: 'latest+1',
        });
      });
      await finish();
      const seen = await questions.channel(id, channelConfig);
      const channel = { id, mode: 'test', chain_id: BigInt(chain.chain_id), config: channelConfig } as const;
      await unitOfWork.run((tx) => channels.insert(tx, channel, seen, clock.now()));
      return { id, payer, config: channelConfig };
    },
    /** Buys reads of it by vouchers, at this price each. */
    async read({ id, payer }: { id: Hex; payer: PrivateKeyAccount }, times: number, price: bigint): Promise<void> {
      for (let i = 0; i < times; i++) {
        const { charged } = await row(id);
        const total = charged + price;
        const signature = await payer.signTypedData(voucherMessage(chain.chain_id, id, total));
        const sale = {
          mode: 'test',
          observation_id: mintId('observation'),
          contributor_id: 'ctr_1',
          funders: [{ agent_id: 'agt_1', amount: 1n }],
          price,
        } as const;
        const payment = `batch:${id}:${total}`;
        const { observation_id } = sale;
        await unitOfWork.run(async (tx) => {
          const charge = { channel_id: id, total, price, signature, observation_id, payment };
          if (!(await channels.charge(tx, charge, clock.now()))) throw new Error('the voucher was not taken');
          await revenue.share(tx, sale, payment, 'channels');
        });
      }
    },
    /** The payer takes everything out that is not claimed, and nobody watched. */
    async drained(
      { payer, config: channelConfig }: { payer: PrivateKeyAccount; config: ChannelConfig },
      amount: bigint,
    ): Promise<void> {
      const abi = feedChannelAbi;
      const send = (data: Hex) => sendAs(chain.url, payer, { to: CHANNEL_CONTRACT, data });
      await send(encodeFunctionData({ abi, functionName: 'initiateWithdraw', args: [channelConfig, amount] }));
      await chain.request('evm_increaseTime', [numberToHex(DELAY_S + 1)]);
      await chain.mine();
      await send(encodeFunctionData({ abi, functionName: 'finalizeWithdraw', args: [channelConfig] }));
    },
    async end(): Promise<void> {
      await db.close();
      await chain.stop();
    },
  };
}

/** The text that a call of a token returned. */
function decodeText(data: Hex): string {
  const bytes = Buffer.from(data.slice(2), 'hex');
  return bytes.subarray(64, 64 + Number(BigInt(`0x${bytes.subarray(32, 64).toString('hex')}`))).toString('utf8');
}

import { feedChannelAbi, testUsdAbi } from '@groundtruth/sdk/abi';
import { CHANNEL_CONTRACT, decodeX402, networkOf, paymentRequiredSchema, type Id } from '@groundtruth/sdk/protocol';
import { BatchSettlementEvmScheme } from '@x402/evm/batch-settlement/client';
import { ExactEvmScheme } from '@x402/evm/exact/client';
import { wrapFetchWithPayment, x402Client } from '@x402/fetch';
import { createPublicClient, http, type Hex } from 'viem';
import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts';
import { READ_CHAINS, type ReadChain, type ReadChains } from '../../src/payments/index.js';
import { sql, UnitOfWork } from '../../src/platform/database/index.js';
import { Desk } from '../simulation/desk.js';
import { newWorker, sheepTerms, shotOf } from './cast.js';
import { eventually } from './eventually.js';
import type { TestMarket } from './market.js';
import { sendAs } from './wallets.js';

/** Most for one payment; a deposit may be five times that. */
const SPEND_MAX = 1_000_000n;

/** A market that sells reads on its chain, and wallets that buy them. */
export interface ReadMarket {
  readonly market: TestMarket;
  readonly chain: ReadChain;
  /** Publishes an observation that anybody may buy; in its exclusive period with `exclusive_s`. */
  publish(licence?: { exclusive_s: number; resale: boolean }): Promise<Id<'observation'>>;
  /** A wallet with this many token base units. */
  wallet(amount?: bigint): Promise<PrivateKeyAccount>;
  url(id: string): string;
  /** `fetch` of the unmodified x402 client, which sends by `by`. */
  exactFetch(account: PrivateKeyAccount, by?: typeof fetch): typeof fetch;
  batchFetch(account: PrivateKeyAccount, by?: typeof fetch): { fetch: typeof fetch; scheme: BatchSettlementEvmScheme };
  /** What a 402 says. */
  termsOf(response: Response): ReturnType<typeof paymentRequiredSchema.parse>;
  balanceOf(address: Hex): Promise<bigint>;
  onChain(id: Hex): Promise<{ balance: bigint; claimed: bigint }>;
  send(account: PrivateKeyAccount, data: Hex): Promise<'success' | 'reverted'>;
  rows<T extends Record<string, unknown>>(text: string, params?: unknown[]): Promise<T[]>;
}

export async function readMarket(market: TestMarket): Promise<ReadMarket> {
  const chain = market.http.app.get<ReadChains>(READ_CHAINS).test!;
  const node = createPublicClient({ transport: http(market.chain_url!) });
  const token = chain.view.token.address;
  const network = networkOf(chain.view.chain_id);
  const unitOfWork = market.http.app.get(UnitOfWork);
  const rows: ReadMarket['rows'] = (text, params = []) => unitOfWork.run((tx) => sql(tx, text, params));
  const clientOf = (scheme: 'exact' | 'batch-settlement', client: ExactEvmScheme | BatchSettlementEvmScheme) =>
    x402Client.fromConfig({
      schemes: [{ network: 'eip155:*', client }],
      spendControls: { allowedAssets: [{ network, asset: token, maxAmountPerPayment: String(SPEND_MAX) }] },
      paymentRequirementsSelector: (_, offered) => offered.find((one) => one.scheme === scheme)!,
    });
  return {
    market,
    chain,
    rows,
    publish: (licence = { exclusive_s: 0, resale: true }) => publish(market, rows, licence),
    wallet: async (amount = 10_000_000n) => {
      const account = privateKeyToAccount(generatePrivateKey());
      const agent = await market.funded('0.000001');
      await agent.client.faucet.pour(
        account.address,
        `${amount / 1_000_000n}.${String(amount % 1_000_000n).padStart(6, '0')}`,
      );
      await eventually(async () => (await chain.wallets.balanceOf(account.address)) === amount, 'the faucet');
      return account;
    },
    url: (id) => `${market.baseUrl}/v1/observations/${id}`,
    exactFetch: (account, by = fetch) => wrapFetchWithPayment(by, clientOf('exact', new ExactEvmScheme(account))),
    batchFetch: (account, by = fetch) => {
      const signer = {
        address: account.address,
        signTypedData: account.signTypedData,
        readContract: node.readContract,
      };
      const scheme = new BatchSettlementEvmScheme(signer as never);
      return { fetch: wrapFetchWithPayment(by, clientOf('batch-settlement', scheme)), scheme };
    },
    termsOf: (response) => paymentRequiredSchema.parse(decodeX402(response.headers.get('payment-required')!)),
    balanceOf: (address) =>
      node.readContract({ address: token, abi: testUsdAbi, functionName: 'balanceOf', args: [address] }),
    onChain: async (id) => {
      const call = { address: CHANNEL_CONTRACT, abi: feedChannelAbi, functionName: 'channels' } as const;
      const [balance, claimed] = await node.readContract({ ...call, args: [id] });
      return { balance, claimed };
    },
    send: (account, data) => sendAs(market.chain_url!, account, { to: CHANNEL_CONTRACT, data }),
  };
}

async function publish(
  market: TestMarket,
  rows: ReadMarket['rows'],
  licence: { exclusive_s: number; resale: boolean },
): Promise<Id<'observation'>> {
  const desk = new Desk(market);
  const agent = await market.funded();
  const bounty = await agent.client.bounties.create(sheepTerms({ licence }));
  const worker = await newWorker(market.baseUrl, 'Aiko');
  const reservation = await worker.client.reservations.create(bounty.id);
  const shot = shotOf(Buffer.from(`no picture, ${reservation.id}`));
  const { id } = await worker.client.capture({ reservation, device: worker.device, ...shot });
  await eventually(async () => (await market.operator.captures.get(id)).state === 'verifying');
  await desk.judgeWith(id, {});
  const published = 'SELECT id FROM observation WHERE capture_id = $1 AND published_at IS NOT NULL';
  const [row] = await eventually(async () => {
    const found = await rows<{ id: Id<'observation'> }>(published, [id]);
    return found.length > 0 ? found : null;
  }, 'the observation');
  return row!.id;
}

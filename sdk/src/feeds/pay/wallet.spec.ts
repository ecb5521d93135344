import fc from 'fast-check';
import { privateKeyToAccount } from 'viem/accounts';
import {
  decodeX402,
  encodeX402,
  voucherMessage,
  type BatchPayload,
  type PaymentPayload,
  type PaymentRequired,
} from '../../protocol/index.js';
import { instantTiming } from '../../http/instant-timing.fixture.js';
import { Transport } from '../../http/index.js';
import { PaymentRefused } from './terms.js';
import { ReadWallet } from './wallet.js';

const CHAIN_ID = 31_337;
const TOKEN = `0x${'b'.repeat(40)}` as const;
const payer = privateKeyToAccount(`0x${'11'.repeat(32)}`);
const thief = privateKeyToAccount(`0x${'22'.repeat(32)}`);
const ID = `obs_${'0'.repeat(32)}`;

/** What a seller answers to a payment, honest or not. */
type Answer =
  | { readonly kind: 'take'; readonly says: bigint }
  | { readonly kind: 'terms'; readonly price: bigint }
  | { readonly kind: 'forged' | 'older'; readonly charged: bigint };
const answer: fc.Arbitrary<Answer> = fc.oneof(
  fc.record({ kind: fc.constant('take' as const), says: fc.bigInt({ min: 0n, max: 10n ** 9n }) }),
  fc.record({ kind: fc.constant('terms' as const), price: fc.bigInt({ min: 1n, max: 3_000n }) }),
  fc.record({
    kind: fc.constantFrom('forged' as const, 'older' as const),
    charged: fc.bigInt({ min: 0n, max: 10n ** 9n }),
  }),
);

/** A seller that answers what the dice say, and remembers every voucher and deposit that it was given. */
class Seller {
  readonly vouchers: { total: bigint; signature: string; channelId: string }[] = [];
  readonly deposits: bigint[] = [];
  private price = 1_000n;

  constructor(private readonly answers: Answer[]) {}

  readonly fetch: typeof fetch = async (_, init) => {
    const sent = new Headers(init?.headers).get('payment-signature');
    if (!sent) return this.required();
    const { payload } = decodeX402(sent) as PaymentPayload;
    const { voucher, ...rest } = payload as unknown as BatchPayload;
    this.vouchers.push({ ...voucher, total: BigInt(voucher.maxClaimableAmount) });
    if (rest.type === 'deposit') this.deposits.push(BigInt(rest.deposit.amount));
    const next = this.answers.shift() ?? { kind: 'take', says: BigInt(voucher.maxClaimableAmount) };
    if (next.kind === 'terms') this.price = next.price;
    if (next.kind === 'take') return this.sold(next.says, voucher.channelId);
    return next.kind === 'terms' ? this.required() : this.required(await this.state(next, voucher.channelId));
  };

  /** A word of where the channel stands: with a signature of somebody else, or with an older one of the payer's. */
  private async state({ kind, charged }: { kind: 'forged' | 'older'; charged: bigint }, channelId: `0x${string}`) {
    const older = this.vouchers[0]!;
    const signed = kind === 'forged' ? charged : older.total;
    const signature =
      kind === 'forged' ? await thief.signTypedData(voucherMessage(CHAIN_ID, channelId, signed)) : older.signature;
    const said = kind === 'older' && charged > signed ? signed : charged;
    return {
      channelState: { channelId, balance: '1000000000000', totalClaimed: '0', chargedCumulativeAmount: String(said) },
      voucherState: { signedMaxClaimable: String(signed), signature },
    };
  }

  private required(extra = {}): Response {
    const offer = {
      scheme: 'batch-settlement',
      network: `eip155:${CHAIN_ID}`,
      amount: String(this.price),
      asset: TOKEN,
      payTo: TOKEN,
      maxTimeoutSeconds: 10,
      extra: { name: 'USD', version: '1', receiverAuthorizer: TOKEN, withdrawDelay: 900, minDeposit: '5000', ...extra },
    } as const;
    const required: PaymentRequired = { x402Version: 2, resource: { url: 'http://seller' }, accepts: [offer] };
    return new Response('{}', { status: 402, headers: { 'payment-required': encodeX402(required) } });
  }

  private sold(says: bigint, channelId: string): Response {
    const channelState = { channelId, balance: '0', totalClaimed: '0', chargedCumulativeAmount: String(says) };
    const settled = { success: true, transaction: '', network: `eip155:${CHAIN_ID}`, extra: { channelState } };
    return new Response('no observation', { headers: { 'payment-response': encodeX402(settled) } });
  }
}

const walletOf = (change: Partial<ConstructorParameters<typeof ReadWallet>[0]> = {}) =>
  new ReadWallet({
    account: payer,
    network: `eip155:${CHAIN_ID}`,
    asset: TOKEN,
    price_max: 2_000n,
    spend_max: 3_000n,
    deposit_max: 20_000n,
    ...change,
  });

describe('a wallet that pays for reads', () => {
  it('never signs for more than its limits, whatever a seller says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(answer, { maxLength: 15 }), fc.integer({ min: 1, max: 8 }), async (answers, reads) => {
        const seller = new Seller([...answers]);
        const wallet = walletOf();
        const transport = new Transport({ baseUrl: 'http://seller', fetch: seller.fetch, timing: instantTiming() });
        for (let i = 0; i < reads; i++) await wallet.buy(transport, ID).catch(() => undefined);
        const most = seller.vouchers.reduce((all, { total }) => (total > all ? total : all), 0n);
        expect(most <= 3_000n && wallet.signed <= 3_000n && most <= wallet.signed).toBe(true);
        expect(seller.deposits.reduce((sum, amount) => sum + amount, 0n) <= 20_000n).toBe(true);
      }),
      { numRuns: 15 },
    );
  });

  it.each([
    ['a price above its own', { price_max: 999n }],
    ['another chain', { network: 'eip155:1' }],
    ['another token', { asset: payer.address }],
    ['a deposit above its own', { deposit_max: 4_999n }],
  ])('signs nothing for %s', async (_, change) => {
    const seller = new Seller([]);
    const transport = new Transport({ baseUrl: 'http://seller', fetch: seller.fetch, timing: instantTiming() });
    await expect(walletOf(change).buy(transport, ID)).rejects.toBeInstanceOf(PaymentRefused);
    expect(seller.vouchers).toEqual([]);
  });
});

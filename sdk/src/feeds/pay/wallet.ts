import {
  encodeX402,
  toHex,
  transferMessage,
  X402_HEADERS,
  X402_VERSION,
  type PaymentRequirement,
} from '../../protocol/index.js';
import type { Answer, Exchanged, Transport } from '../../http/index.js';
import { PayerChannel, type ChannelMemory, type PayerAccount } from './channel.js';
import { checkOffer, PaymentRefused, settledIn, termsIn, type Limits, type Scheme } from './terms.js';

type Hex = `0x${string}`;
/** The first try, one after the seller has named other terms, and one after it has said where the channel stands. */
const TRIES_MAX = 4;
const NO_SALT: Hex = `0x${'0'.repeat(64)}`;

/** Where a wallet keeps what it must not forget, beyond this process. */
export interface ChannelStore {
  get(channelId: string): Promise<ChannelMemory | null>;
  set(channelId: string, memory: ChannelMemory): Promise<void>;
}

export interface ReadWalletOptions extends Limits {
  readonly account: PayerAccount;
  /** Micros that may be signed away in all, as long as this object lives. */
  readonly spend_max: bigint;
  /** Micros put into a channel at once; the least that the seller takes when left out. What is not charged of it comes back. */
  readonly deposit?: bigint;
  /** Micros that may be put into channels in all; `spend_max` when left out. */
  readonly deposit_max?: bigint;
  /** `batch-settlement` when left out: one deposit, then a signature a read. `exact`: a transfer a read. */
  readonly scheme?: Scheme;
  /** Tells channels of one wallet apart; each is paid from one read after the other. */
  readonly salt?: Hex;
  /** Forgotten with this process when left out: the seller then tells what was signed, and the wallet checks that it was. */
  readonly store?: ChannelStore;
}

/**
 * Pays for reads from a wallet, within limits, and never signs more than it owes.
 *
 * @example
 * const wallet = new ReadWallet({
 *   account, network, asset, price_max: 20_000n, spend_max: 5_000_000n, // network 'eip155:8453' is Base
 * });
 * const { body, receipt } = await feeds.observations.read(card.id, { pay: wallet });
 */
export class ReadWallet {
  private offer: PaymentRequirement | null = null;
  private channel: PayerChannel | null = null;
  private spent = 0n;
  private deposited = 0n;
  /** One payment after the other: a channel is charged in order. */
  private tail: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: ReadWalletOptions) {}

  /** Micros that were signed away so far. */
  get signed(): bigint {
    return this.spent;
  }

  /** @internal Buys one read; others of this wallet wait for it. */
  buy(transport: Transport, id: string, signal?: AbortSignal): Promise<Answer<'get_observation'>> {
    return this.inTurn(() => this.purchase(transport, id, signal));
  }

  /** @internal Gives the channel up: what is not charged comes back. Answers the transaction; null when there is no channel. */
  leave(transport: Transport, id: string, signal?: AbortSignal): Promise<string | null> {
    return this.inTurn(async () => {
      if (!this.channel || !this.offer) return null;
      const header = this.headerOf(this.offer, await this.channel.leave());
      const { status, headers } = await transport.exchange('get_observation', { id, signal }, header);
      const settled = settledIn(headers.get(X402_HEADERS.response));
      if (status !== 200 || !settled?.success)
        throw new PaymentRefused('not_returned', `the seller answered ${status}`);
      this.channel = null;
      this.deposited = 0n;
      return settled.transaction;
    });
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.tail.then(work);
    this.tail = done.catch(() => undefined); // Told to who asked; the next in turn is not concerned.
    return done;
  }

  private async purchase(transport: Transport, id: string, signal?: AbortSignal): Promise<Answer<'get_observation'>> {
    const { scheme = 'batch-settlement' } = this.options;
    const key = toHex(crypto.getRandomValues(new Uint8Array(16)));
    for (let tries = 1; ; tries++) {
      const payment = this.offer && (await this.payment(this.offer, transport));
      const headers = { 'idempotency-key': key, ...payment?.header };
      const answer = await transport.exchange('get_observation', { id, signal }, headers);
      if (answer.status === 200) {
        await payment?.took(answer);
        return transport.parse('get_observation', answer);
      }
      const { offer, error } = termsIn(answer.headers.get(X402_HEADERS.required), scheme, this.options);
      const goesOn =
        payment === null || isOther(offer, this.offer!) || (await this.channel?.adopt(offer.extra)) === true;
      if (!goesOn || tries === TRIES_MAX)
        throw new PaymentRefused(error ?? 'not_taken', `the payment for ${id} was not taken`);
      this.offer = offer;
    }
  }

  private async payment(offer: PaymentRequirement, transport: Transport) {
    checkOffer(offer, this.options);
    const now = Math.floor(transport.timing.wall_ms() / 1_000);
    return offer.scheme === 'exact' ? this.transfer(offer, now) : this.voucher(offer, now);
  }

  private async voucher(offer: PaymentRequirement, now: number) {
    const channel = await this.channelFor(offer);
    const price = BigInt(offer.amount);
    this.reserve(channel.exposureOf(price));
    const deposit = channel.depositFor(price);
    const { spend_max, deposit_max = spend_max } = this.options;
    if (this.deposited + deposit > deposit_max)
      throw new PaymentRefused(
        'over_cap',
        `a deposit of ${deposit} micros is more than the wallet may put into channels`,
      );
    this.deposited += deposit;
    const payload = await channel.pay(price, deposit, now);
    await this.options.store?.set(channel.id, channel.remembers);
    return {
      header: this.headerOf(offer, payload),
      took: async ({ headers }: Exchanged): Promise<void> => {
        channel.delivered(settledIn(headers.get(X402_HEADERS.response)), price, deposit);
        await this.options.store?.set(channel.id, channel.remembers);
      },
    };
  }

  private async transfer(offer: PaymentRequirement, now: number) {
    this.reserve(BigInt(offer.amount));
    const { name, version } = (offer.extra ?? {}) as { name?: string; version?: string };
    if (!name || !version)
      throw new PaymentRefused('other_money', 'the seller does not say how its token is signed for');
    const nonce: Hex = `0x${toHex(crypto.getRandomValues(new Uint8Array(32)))}`;
    const message = {
      from: this.options.account.address.toLowerCase() as Hex,
      to: offer.payTo,
      value: BigInt(offer.amount),
      validAfter: 0n,
      validBefore: BigInt(now + Math.floor(offer.maxTimeoutSeconds)),
      nonce,
    };
    const token = { chain_id: Number(offer.network.split(':')[1]), address: offer.asset, name, version };
    const signature = await this.options.account.signTypedData(transferMessage(token, message) as never);
    const { from, to, value, validAfter, validBefore } = message;
    const authorization = {
      from,
      to,
      nonce,
      value: String(value),
      validAfter: String(validAfter),
      validBefore: String(validBefore),
    };
    return { header: this.headerOf(offer, { authorization, signature }), took: () => Promise.resolve() };
  }

  /** Another seller's terms, or a withdraw delay that has changed, are another channel. */
  private async channelFor(offer: PaymentRequirement): Promise<PayerChannel> {
    const { account, salt = NO_SALT, deposit = 0n, store } = this.options;
    const made = new PayerChannel(account, offer, { salt, deposit, remembered: null });
    if (this.channel?.id === made.id) return this.channel;
    const remembered = (await store?.get(made.id)) ?? null;
    return (this.channel = new PayerChannel(account, offer, { salt, deposit, remembered }));
  }

  /** Counted before it is signed: a signature cannot be taken back. */
  private reserve(amount: bigint): void {
    if (this.spent + amount > this.options.spend_max)
      throw new PaymentRefused('over_cap', `${this.spent} of ${this.options.spend_max} micros are signed away`);
    this.spent += amount;
  }

  private headerOf(accepted: PaymentRequirement, payload: unknown): Record<string, string> {
    return { [X402_HEADERS.signature]: encodeX402({ x402Version: X402_VERSION, accepted, payload }) };
  }
}

/** Other terms than were paid by, so that paying by them is not the same again. */
function isOther(one: PaymentRequirement, other: PaymentRequirement): boolean {
  return one.amount !== other.amount || one.payTo !== other.payTo || one.asset !== other.asset;
}

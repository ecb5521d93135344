import {
  ProofInvalid,
  sha256,
  toHex,
  type EvidenceFormat,
  type EvidenceOf,
  type ObservationCard,
} from '../protocol/index.js';
import {
  eachItem,
  PAGE_ITEMS,
  UnexpectedAnswer,
  type Answer,
  type CallOptions,
  type Transport,
} from '../http/index.js';
import type { ReadWallet } from './pay/wallet.js';

export interface CardFilter {
  readonly kind?: 'photo' | 'video' | 'reading';
  /** H3 cell of resolution 5, 15 lower-case hex digits. */
  readonly cell?: string;
}

/** Times are RFC 3339 with a zone. */
export interface ObservationFilter extends CardFilter {
  /** A saved feed of yours: its query holds as well. */
  readonly feed?: string;
  /** Cards whose `hour` is this or later, */
  readonly hour_from?: string;
  /** and before this. */
  readonly hour_until?: string;
  /** What was known at that moment, not later than now: what was published by then and not yet replaced, as its cards stood. */
  readonly as_of?: string;
  /** Those of one bounty that you funded; of any other none. */
  readonly bounty?: string;
}

export interface ReadOptions extends CallOptions {
  /** From the balance of the API key when left out. */
  readonly pay?: 'balance' | ReadWallet;
}

type Paid = Answer<'read_observation'>;
/** A read that was paid for: the body is there. */
export type ReadObservation = Paid & { readonly body: NonNullable<Paid['body']> };

/** Published observations: cards are free, bodies are paid by the read. */
export class Observations {
  constructor(private readonly transport: Transport) {}

  /**
   * Cards of everything published that this key may know of, oldest first. Pages are fetched as they are used.
   *
   * @example
   * for await (const card of feeds.observations.list({ kind: 'photo' })) console.log(card.hour, card.cell, card.price);
   * for await (const card of feeds.observations.list({ as_of: '2026-11-21T06:30:00Z' })) console.log(card.id, card.revision);
   * @throws {ProblemError} `not_found` for a feed that is not yours; `invalid_request` for a moment to come.
   */
  list({ signal, ...filter }: ObservationFilter & Pick<CallOptions, 'signal'> = {}): AsyncIterable<ObservationCard> {
    const query = { ...filter, limit: PAGE_ITEMS };
    return eachItem((cursor) => this.transport.call('list_observations', { query: { ...query, cursor }, signal }));
  }

  /**
   * The card, and the body when it is yours or paid for. Costs nothing.
   *
   * @example
   * const { body } = await feeds.observations.get(card.id);
   * @returns `body` is null until it is paid for; who funded the bounty reads free.
   * @throws {ProblemError} `not_found`, also in the exclusive period of somebody else.
   */
  get(id: string, options: CallOptions = {}): Promise<Paid> {
    return this.transport.call('get_observation', { ...options, id });
  }

  /**
   * Buys the body at the card's price: from the prepaid balance, where a second read by the same reader costs nothing, or from a wallet by
   * x402, where every read is paid and comes with a receipt. Payments of one wallet go one after the other.
   *
   * @example
   * const { body } = await feeds.observations.read(card.id, { pay: 'balance' });
   * await verifyObservation(body, keys, { allowTest: true });
   * @throws {ProblemError} `not_found`, `spend_cap_exceeded`, `insufficient_funds`.
   * @throws {PaymentRefused} when a wallet would pay more, or with other money, than it was told; nothing was signed for it.
   */
  async read(id: string, { pay = 'balance', ...options }: ReadOptions = {}): Promise<ReadObservation> {
    const paid =
      pay === 'balance'
        ? await this.transport.call('read_observation', { ...options, id })
        : await pay.buy(this.transport, id, options.signal);
    if (paid.body === null) throw new UnexpectedAnswer(`the read of ${id} came without a body`, 201);
    return { ...paid, body: paid.body };
  }

  /**
   * What was read, in the form that an oracle, a court of disputes or a contract takes. Costs nothing beyond the read.
   *
   * @example
   * const { claim, sufficient_alone } = await feeds.observations.evidence(card.id, 'uma');
   * const { calldata } = await feeds.observations.evidence(card.id, 'verifier');
   * await publicClient.call({ to: verifier, data: calldata as `0x${string}` }); // Reverts unless everything holds.
   * @returns `sufficient_alone` is false when nobody should decide by it alone, and `insufficient_because` says why.
   * @throws {ProblemError} `not_found` for whoever has not read it.
   */
  async evidence<F extends EvidenceFormat>(id: string, format: F, options: Pick<CallOptions, 'signal'> = {}) {
    const evidence = await this.transport.call('observation_evidence', { ...options, id, query: { format } });
    if (evidence.format !== format) throw new UnexpectedAnswer(`evidence of ${id} came in another format`, 200);
    return evidence as EvidenceOf<F>;
  }

  /**
   * Gives a wallet's channel up: what was not charged comes back to the wallet, by the seller's signature and without waiting.
   *
   * @example
   * await feeds.observations.settleUp(card.id, readWallet);
   * @param id Any observation on sale: channels are of the seller, not of what it sells.
   * @returns The transaction; null when the wallet has no channel.
   */
  settleUp(id: string, wallet: ReadWallet, { signal }: Pick<CallOptions, 'signal'> = {}): Promise<string | null> {
    return wallet.leave(this.transport, id, signal);
  }

  /**
   * Downloads the redacted picture of a body that was read, and checks its bytes against the signed record. Verify the record itself with
   * `verifyObservation` before or after. The link lasts minutes: `get` the observation again for a fresh one.
   *
   * @example
   * const { body } = await feeds.observations.read(card.id);
   * const jpeg = await feeds.observations.media(body);
   * if (jpeg) await writeFile('harbour.jpg', jpeg);
   * @returns A JPEG; null when there is none (`body.media_withheld` says why). It is a stranger's file: open it with care.
   * @throws {ProofInvalid} when record, body and bytes do not agree. @throws {ProblemError} `upload_url_invalid` when the link is over.
   */
  async media(
    { record, media }: Pick<ReadObservation['body'], 'record' | 'media'>,
    { signal }: Pick<CallOptions, 'signal'> = {},
  ): Promise<Uint8Array | null> {
    if ((record.media?.sha256 ?? null) !== (media?.sha256 ?? null))
      throw new ProofInvalid('the record names another picture than the body');
    if (!media || !record.media) return null;
    const content = await this.transport.bytes(media.url, { bytes_max: record.media.bytes, signal });
    if (toHex(sha256(content)) !== record.media.sha256)
      throw new ProofInvalid('the picture has another sha256 than the record says');
    return content;
  }
}

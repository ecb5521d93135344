import { ProofInvalid, sha256, toHex, type ObservationCard } from '../protocol/index.js';
import {
  eachItem,
  PAGE_ITEMS,
  UnexpectedAnswer,
  type Answer,
  type CallOptions,
  type Transport,
} from '../http/index.js';

export interface ObservationFilter {
  readonly kind?: 'photo' | 'video' | 'reading';
  /** H3 cell of resolution 5, 15 lower-case hex digits. */
  readonly cell?: string;
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
   */
  list({ signal, ...filter }: ObservationFilter & Pick<CallOptions, 'signal'> = {}): AsyncIterable<ObservationCard> {
    const query = { ...filter, limit: PAGE_ITEMS };
    return eachItem((cursor) => this.transport.call('list_observations', { query: { ...query, cursor }, signal }));
  }

  /**
   * The card, and the body when it is yours or paid for. Costs nothing.
   *
   * @example
   * const { card, body } = await feeds.observations.get(id);
   * @returns `body` is null until it is paid for; who funded the bounty reads free.
   * @throws {ProblemError} `not_found`, also in the exclusive period of somebody else.
   */
  get(id: string, options: CallOptions = {}): Promise<Paid> {
    return this.transport.call('get_observation', { ...options, id });
  }

  /**
   * Buys the body from the prepaid balance at the card's price. A second read by the same reader costs nothing.
   *
   * @example
   * const { body } = await feeds.observations.read(card.id);
   * await verifyObservation(body, keys, { allowTest: true });
   * @throws {ProblemError} `not_found`, `spend_cap_exceeded`, `insufficient_funds`.
   */
  async read(id: string, options: CallOptions = {}): Promise<ReadObservation> {
    const paid = await this.transport.call('read_observation', { ...options, id });
    if (paid.body === null) throw new UnexpectedAnswer(`the read of ${id} came without a body`, 201);
    return { ...paid, body: paid.body };
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

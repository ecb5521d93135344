import type { z } from 'zod';
import {
  commit,
  paidObservationSchema,
  parseAmount,
  ProofInvalid,
  UNPAID_REASONS,
  unpaidSchema,
  type ModeKeys,
  type ObservationCard,
  type ObservationRecord,
  type UnpaidReason,
  type VerifiedRoot,
} from '../protocol/index.js';
import { ProblemError, UnexpectedAnswer, type Transport } from '../http/index.js';
import { streamCards } from './card-stream.js';
import type { ReadObservation } from './observations.js';
import { resumable, type ResumeOptions } from './resumable-stream.js';
import { verifyObservation } from './verify.js';

/** Buys one body. `feeds.observations` is one, which pays from the prepaid balance. */
export interface Payer {
  read(id: string, options?: { readonly signal?: AbortSignal }): Promise<ReadObservation>;
}

/** An observation that was bought, and checked unless told otherwise. */
export interface StreamedObservation {
  readonly card: ObservationCard;
  readonly record: ObservationRecord;
  readonly body: ReadObservation['body'];
  /** The log as it was then: keep it, and ask for consistency with it next time. Null when nothing was verified. */
  readonly root: VerifiedRoot | null;
}

/** `stake`: more rests on it than it can bear. Others: why the body was not bought. */
export type SkipReason = 'stake_above_value_at_risk' | UnpaidReason;

export interface ObservationStreamOptions extends ResumeOptions {
  /** Public keys from a place you trust; everything is checked against them. Null checks nothing. */
  readonly keys: ModeKeys | null;
  /** Test signatures vouch for nothing, so they are refused unless this says otherwise. */
  readonly allowTest?: boolean;
  /** Who pays; `feeds.observations` when left out. */
  readonly pay?: Payer;
  /** A subscription of yours to bodies of this feed: the server buys and pushes them. Then `pay` is not used. */
  readonly subscription?: string;
  /** What rests on one observation, decimal units such as `"0.5"`. One that bears less is skipped. */
  readonly stake?: string;
  /** Takes observations whatever rests on them. */
  readonly allowStakeAboveRisk?: boolean;
  /** Told of each observation that is passed over. Left out: the stream ends with `ObservationSkipped`. */
  readonly skipped?: (card: ObservationCard, reason: SkipReason) => void;
}

/** An observation that nobody was told is not handed over, by a stream that has no `skipped`. */
export class ObservationSkipped extends Error {
  override readonly name = 'ObservationSkipped';

  constructor(
    readonly card: ObservationCard,
    readonly reason: SkipReason,
  ) {
    super(`${card.id} is not handed over: ${reason}`);
  }
}

/**
 * Bought and checked observations of a saved feed, in order, for ever. A retraction passes whatever the stake: who relied on what it retracts must
 * hear of it.
 */
export async function* streamObservations(
  transport: Transport,
  feedId: string,
  options: ObservationStreamOptions & { readonly pay: Payer },
): AsyncGenerator<StreamedObservation, void> {
  for await (const delivery of deliveries(transport, feedId, options)) {
    if (delivery.body === null) {
      skip(options, delivery.card, delivery.unpaid);
      continue;
    }
    const checked = await check(delivery.card, delivery.body, options);
    if (bears(checked, options)) yield checked;
    else skip(options, delivery.card, 'stake_above_value_at_risk');
  }
}

type Delivery = ReadObservation | z.output<typeof unpaidSchema>;

async function* deliveries(
  transport: Transport,
  feedId: string,
  { subscription, pay, from, signal, silence_ms_max }: ObservationStreamOptions & { readonly pay: Payer },
): AsyncGenerator<Delivery, void> {
  const resume = {
    ...(from !== undefined && { from }),
    ...(signal && { signal }),
    ...(silence_ms_max !== undefined && { silence_ms_max }),
  };
  if (subscription !== undefined) {
    const source = { route: 'stream_feed', id: feedId, query: { subscription }, event: 'delivery' } as const;
    yield* resumable(transport, { ...source, parse: deliveryOf, idOf: ({ card }) => card.id }, resume);
    return;
  }
  for await (const card of streamCards(transport, resume, feedId)) {
    try {
      yield await pay.read(card.id, signal ? { signal } : {});
    } catch (error) {
      if (signal?.aborted) return;
      const unpaid = error instanceof ProblemError ? UNPAID_REASONS.find((reason) => reason === error.code) : undefined;
      if (!unpaid) throw error;
      yield { card, body: null, unpaid };
    }
  }
}

function deliveryOf(data: unknown): Delivery {
  const unpaid = unpaidSchema.safeParse(data);
  if (unpaid.success) return unpaid.data;
  const paid = paidObservationSchema.safeParse(data);
  if (paid.success && paid.data.body) return { ...paid.data, body: paid.data.body };
  throw new UnexpectedAnswer('the stream sent something that is no delivery', 200, { cause: paid.error });
}

/** What came is what the card promised, signed and logged. */
async function check(
  card: ObservationCard,
  body: ReadObservation['body'],
  { keys, allowTest = false }: ObservationStreamOptions,
): Promise<StreamedObservation> {
  if (!keys) return { card, body, record: body.record, root: null };
  if (body.record.id !== card.id) throw new ProofInvalid('the body is of another observation than the card');
  if (commit(body.record, body.salt) !== card.commitment) throw new ProofInvalid('the card committed to another body');
  const { record, root } = await verifyObservation(body, keys, { allowTest });
  return { card, body, record, root };
}

function bears({ record }: StreamedObservation, { stake, allowStakeAboveRisk }: ObservationStreamOptions): boolean {
  if (stake === undefined || allowStakeAboveRisk || record.revision?.cause === 'retraction') return true;
  const micros = parseAmount(stake);
  if (micros === null) throw new TypeError(`"${stake}" is no amount`);
  return micros <= BigInt(record.value_at_risk_max);
}

function skip({ skipped }: ObservationStreamOptions, card: ObservationCard, reason: SkipReason): void {
  if (!skipped) throw new ObservationSkipped(card, reason);
  skipped(card, reason);
}

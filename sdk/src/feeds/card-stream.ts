import { cardSchema, type ObservationCard } from '../protocol/index.js';
import { UnexpectedAnswer, type Transport } from '../http/index.js';
import type { CardFilter } from './observations.js';
import { resumable, type ResumeOptions } from './resumable-stream.js';

export interface StreamOptions extends CardFilter, ResumeOptions {}

/** Cards from a place in the feed on, for ever; or those of a saved feed. */
export function streamCards(
  transport: Transport,
  { kind, cell, ...options }: StreamOptions,
  feedId?: string,
): AsyncGenerator<ObservationCard, void> {
  const where = feedId === undefined ? { route: 'stream_observations' } as const : { route: 'stream_feed', id: feedId } as const; // prettier-ignore
  const source = { ...where, query: { kind, cell }, event: 'observation', parse: cardOf, idOf: cardId };
  return resumable(transport, source, options);
}

export function cardOf(data: unknown): ObservationCard {
  const parsed = cardSchema.safeParse(data);
  if (parsed.success) return parsed.data;
  throw new UnexpectedAnswer('the stream sent something that is no card', 200, { cause: parsed.error });
}

const cardId = ({ id }: ObservationCard): string => id;

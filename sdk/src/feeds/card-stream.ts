import { cardSchema, type ObservationCard } from '../protocol/index.js';
import { pauseAfter, ProblemError, UnexpectedAnswer, type Transport } from '../http/index.js';
import { EventStreamParser, type ServerSentEvent } from './event-stream-parser.js';
import type { ObservationFilter } from './observations.js';
import { RecentIds } from './recent-ids.js';

/** A stream that is silent for longer is given up and opened again, in milliseconds: four heartbeats of the server. */
const SILENCE_MS_MAX = 60_000;

export interface StreamOptions extends ObservationFilter {
  /** Id of the last observation already known. Left out: from the first one ever published. */
  readonly from?: string;
  /** Ends the stream: the iterator finishes. */
  readonly signal?: AbortSignal;
  /** Longest silence before the connection is made anew, in milliseconds; 60,000 when left out. */
  readonly silence_ms_max?: number;
}

/**
 * Cards from a place in the feed on, for ever. Wherever the connection breaks, the next one goes on after the last card that was
 * handed over; a card that comes twice is handed over once.
 */
export async function* streamCards(
  transport: Transport,
  { from, signal, silence_ms_max = SILENCE_MS_MAX, ...filter }: StreamOptions,
): AsyncGenerator<ObservationCard, void> {
  const seen = new RecentIds();
  if (from !== undefined) seen.add(from);
  let last = from;
  for (let failures = 1; !signal?.aborted; failures++) {
    let retry_after_s = 0;
    try {
      for await (const event of connect(transport, { last, filter, signal, silence_ms_max })) {
        failures = 0;
        if (event.event !== 'observation') continue; // `dropped`: the server ends the stream, and we come back.
        const card = cardOf(event);
        last = event.id ?? last;
        if (seen.add(card.id)) yield card;
      }
    } catch (error) {
      if (signal?.aborted) return;
      if (!passes(error)) throw error;
      retry_after_s = (error instanceof ProblemError && error.retry_after_s) || 0;
    }
    await pause(transport, failures, retry_after_s, signal);
  }
}

interface Connection {
  readonly last: string | undefined;
  readonly filter: ObservationFilter;
  readonly signal: AbortSignal | undefined;
  readonly silence_ms_max: number;
}

/** Events of one connection, until it ends. */
async function* connect(
  transport: Transport,
  { last, filter, signal, silence_ms_max }: Connection,
): AsyncGenerator<ServerSentEvent, void> {
  const end = new AbortController();
  const either = signal ? AbortSignal.any([signal, end.signal]) : end.signal;
  const headers: Record<string, string> = last === undefined ? {} : { 'last-event-id': last };
  const opening = transport.open('stream_observations', { query: { ...filter }, signal: either }, headers);
  const parser = new EventStreamParser();
  try {
    const response = await unlessSilent(opening, transport, silence_ms_max, end);
    const reader = response.body!.getReader();
    for (;;) {
      const { done, value } = await unlessSilent(reader.read(), transport, silence_ms_max, end);
      if (done) return;
      yield* parser.push(value);
    }
  } finally {
    end.abort(); // However the reading ended, nobody reads on: the socket is let go.
  }
}

/** What was awaited, unless nothing happened for so long; then the connection is cut and the wait rejects. */
async function unlessSilent<T>(
  awaited: Promise<T>,
  { timing }: Transport,
  ms_max: number,
  connection: AbortController,
): Promise<T> {
  const arrived = new AbortController();
  const watch = timing.sleep(ms_max, arrived.signal).then(
    () => connection.abort(new Error(`nothing came for ${ms_max} ms`)),
    () => undefined, // Something came, so nobody has to watch.
  );
  try {
    return await awaited;
  } finally {
    arrived.abort();
    await watch;
  }
}

function cardOf({ data }: ServerSentEvent): ObservationCard {
  const parsed = cardSchema.safeParse(JSON.parse(data));
  if (parsed.success) return parsed.data;
  throw new UnexpectedAnswer('the stream sent something that is no card', 200, { cause: parsed.error });
}

/** What breaks a connection passes; a refusal that would be the same next time does not, nor does a stream that is not ours. */
function passes(error: unknown): boolean {
  if (error instanceof ProblemError) return error.status === 429 || error.status >= 500;
  return !(error instanceof UnexpectedAnswer || error instanceof SyntaxError || error instanceof RangeError);
}

/** Backs off by the connections in a row that brought nothing; the server's own word is a minimum. */
async function pause(
  { timing }: Transport,
  failures: number,
  retry_after_s: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (signal?.aborted) return;
  try {
    await timing.sleep(Math.max(pauseAfter(Math.max(failures, 1), timing.random()), retry_after_s * 1_000), signal);
  } catch (reason) {
    if (!signal?.aborted) throw reason; // Aborted is how the caller ends a stream, not a failure.
  }
}

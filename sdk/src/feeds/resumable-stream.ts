import type { RouteName } from '../protocol/index.js';
import { pauseAfter, ProblemError, UnexpectedAnswer, type Transport } from '../http/index.js';
import { EventStreamParser, type ServerSentEvent } from './event-stream-parser.js';
import { RecentIds } from './recent-ids.js';

/** A stream that is silent for longer is given up and opened again, in milliseconds: four heartbeats of the server. */
const SILENCE_MS_MAX = 60_000;

export interface ResumeOptions {
  /** Id of the last observation already known. Left out: from the first one ever published. */
  readonly from?: string;
  /** Ends the stream: the iterator finishes. */
  readonly signal?: AbortSignal;
  /** Longest silence before the connection is made anew, in milliseconds; 60,000 when left out. */
  readonly silence_ms_max?: number;
}

/** A route that streams, and how one of its events reads. */
export interface StreamSource<T> {
  readonly route: RouteName;
  readonly id?: string;
  readonly query: Readonly<Record<string, string | undefined>>;
  /** The kind of event that is read; others are passed over. */
  readonly event: string;
  /** @throws {UnexpectedAnswer} for what is no such thing. */
  readonly parse: (data: unknown) => T;
  readonly idOf: (value: T) => string;
}

/**
 * What a stream sends from a place on, for ever. Wherever the connection breaks, the next one goes on after the last event that was handed over;
 * what comes twice is handed over once.
 */
export async function* resumable<T>(
  transport: Transport,
  source: StreamSource<T>,
  { from, signal, silence_ms_max = SILENCE_MS_MAX }: ResumeOptions,
): AsyncGenerator<T, void> {
  const seen = new RecentIds();
  if (from !== undefined) seen.add(from);
  let last = from;
  for (let failures = 1; !signal?.aborted; failures++) {
    let retry_after_s = 0;
    try {
      for await (const event of connect(transport, source, { last, signal, silence_ms_max })) {
        failures = 0;
        if (event.event !== source.event) continue; // `dropped`: the server ends the stream, and we come back.
        const value = source.parse(JSON.parse(event.data));
        last = event.id ?? last;
        if (seen.add(source.idOf(value))) yield value;
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
  readonly signal: AbortSignal | undefined;
  readonly silence_ms_max: number;
}

/** Events of one connection, until it ends. */
async function* connect(
  transport: Transport,
  { route, id, query }: Pick<StreamSource<never>, 'route' | 'id' | 'query'>,
  { last, signal, silence_ms_max }: Connection,
): AsyncGenerator<ServerSentEvent, void> {
  const end = new AbortController();
  const either = signal ? AbortSignal.any([signal, end.signal]) : end.signal;
  const headers: Record<string, string> = last === undefined ? {} : { 'last-event-id': last };
  const opening = transport.open(route, { ...(id !== undefined && { id }), query, signal: either }, headers);
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

import { FeedClient } from '@groundtruth/sdk/feeds';
import { Streams } from '../../src/feeds/streams/streams.js';
import { UnitOfWork } from '../../src/platform/database/index.js';
import { sleep } from '../../src/platform/time.js';
import { cuttingProxy } from './cutting-proxy.js';
import type { DeskMarket } from './desk-market.js';
import { eventually } from './eventually.js';
import { bareObservation, publish } from './published.js';
import { randomOf } from './random.js';

/** Most bytes until a cut: the head of an answer and a few cards. */
const BYTES_MAX = 2_600;
/** Cards that are there and not yet read, at least: so that a reader always has something to be cut in. */
const AHEAD = 100;

/** Publishes observations nobody made, and tells the feed as the publisher does. */
export async function publishTo(
  market: DeskMarket,
  count: number,
  change: Parameters<typeof bareObservation>[0] = {},
): Promise<string[]> {
  const rows = Array.from({ length: count }, () => bareObservation(change));
  const ids = await publish(market.http.app.get(UnitOfWork), rows, market.clock.now());
  market.http.app.get(Streams).wake();
  return ids;
}

/** Reads a stream with the SDK while its connections are cut at random bytes and new observations are published; then to its end. */
export async function cutStream(market: DeskMarket, { cuts, seed }: { cuts: number; seed: number }) {
  const random = randomOf(seed);
  const { api_key: apiKey } = await market.funded();
  const proxy = await cuttingProxy(market.baseUrl, () => (proxy.cuts() < cuts ? 1 + Math.floor(random() * BYTES_MAX) : Infinity)); // prettier-ignore
  const client = new FeedClient({ baseUrl: proxy.url, apiKey, timing: HURRIED });
  const ending = new AbortController();
  const seen: string[] = [];
  const published: string[] = [];
  const reading = (async () => {
    for await (const card of client.stream({ signal: ending.signal })) seen.push(card.id);
  })();
  while (proxy.cuts() < cuts) {
    if (published.length - seen.length < AHEAD) published.push(...(await publishTo(market, 20)));
    else await sleep(2); // Not a spin: server, database and reader want the processor too.
  }
  await eventually(() => seen.length >= published.length, 'the last card');
  ending.abort();
  await reading;
  proxy.end();
  return { seen, published, cuts: proxy.cuts() };
}

/** Pauses between connections are over at once; the watch for silence never ends. */
const HURRIED = {
  elapsed_ms: () => performance.now(),
  wall_ms: () => Date.now(),
  random: () => 0,
  sleep: (ms: number, signal?: AbortSignal) =>
    ms < 60_000
      ? new Promise<void>((resolve) => setImmediate(resolve))
      : new Promise<void>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
};

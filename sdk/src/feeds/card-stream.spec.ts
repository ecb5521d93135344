import type { ServerResponse } from 'node:http';
import fc from 'fast-check';
import { ProblemError, Transport, UnexpectedAnswer } from '../http/index.js';
import { instantTiming } from '../http/instant-timing.fixture.js';
import { ScriptedServer, type SeenRequest } from '../http/scripted-server.fixture.js';
import type { ObservationCard } from '../protocol/index.js';
import { streamCards, type StreamOptions } from './card-stream.js';

const cardNumber = (n: number): ObservationCard => ({
  id: `obs_${n.toString(16).padStart(32, '0')}` as ObservationCard['id'],
  mode: 'test', bounty_id: null, kind: 'photo', cell: '85305ab3fffffff', hour: '2026-11-21T06:00:00.000Z', tier: 'signed',
  independent_captures: 1, price: '0.010000', currency: 'USD', commitment: 'ab'.repeat(32), log_index: n, published_at: '2026-11-21T06:30:00.000Z',
    disputed_at: null, revision: 1, revises: null, superseded_by: null, retracted: false,
}); // prettier-ignore
const frame = (card: ObservationCard) => `id: ${card.id}\nevent: observation\ndata: ${JSON.stringify(card)}\n\n`;
const open = (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/event-stream' });

let server: ScriptedServer;
beforeAll(async () => void (server = await ScriptedServer.start('drop')));
afterAll(() => server.stop());

function stream(options: StreamOptions = {}) {
  const timing = instantTiming();
  return {
    timing,
    cards: streamCards(new Transport({ baseUrl: server.baseUrl, apiKey: 'gt_test_x', timing }), options),
  };
}

async function take(cards: AsyncIterable<ObservationCard>, count: number): Promise<string[]> {
  const ids: string[] = [];
  if (count === 0) return ids;
  for await (const card of cards) if (ids.push(card.id) === count) break;
  return ids;
}

/** A feed that sends what comes after Last-Event-ID, repeats some before it, and cuts each connection after so many bytes. */
function feedThatCuts(feed: readonly ObservationCard[], cuts: readonly number[], repeats: number) {
  let connections = 0;
  return (request: SeenRequest, response: ServerResponse) => {
    const last = request.headers['last-event-id'];
    const next = feed.findIndex((card) => card.id === last) + 1;
    const bytes = Buffer.from(
      feed
        .slice(Math.max(0, next - repeats))
        .map(frame)
        .join(''),
    );
    const cut = cuts[connections++];
    open(response);
    if (cut === undefined) return void response.write(bytes);
    response.write(bytes.subarray(0, cut), () => setImmediate(() => response.destroy()));
  };
}

describe('a stream of cards', () => {
  it('loses no card and repeats none when its connections are cut anywhere', async () => {
    let cutsMade = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 12 }),
        fc.array(fc.integer({ min: 0, max: 1_600 }), { minLength: 4, maxLength: 10 }),
        fc.integer({ min: 0, max: 2 }),
        async (size, cuts, repeats) => {
          const feed = Array.from({ length: size }, (_, n) => cardNumber(n + 1));
          server.script(feedThatCuts(feed, cuts, repeats));
          expect(await take(stream().cards, size)).toEqual(feed.map(({ id }) => id));
          cutsMade += server.seen.length - 1;
        },
      ),
      { numRuns: 80 },
    );
    expect(cutsMade).toBeGreaterThanOrEqual(200);
  });

  it('goes on after the card it was given, with the filter it was given', async () => {
    const feed = [1, 2, 3].map(cardNumber);
    server.script(feedThatCuts(feed, [], 0));
    const ids = await take(stream({ from: feed[0]!.id, kind: 'photo', cell: '85305ab3fffffff' }).cards, 2);
    expect(ids).toEqual(feed.slice(1).map(({ id }) => id));
    expect(server.seen[0]).toMatchObject({
      url: '/v1/observations/stream?kind=photo&cell=85305ab3fffffff',
      headers: { 'last-event-id': feed[0]!.id, accept: 'text/event-stream', authorization: 'Bearer gt_test_x' },
    });
  });

  it('comes back after it was dropped for being slow', async () => {
    const [first, second] = [cardNumber(1), cardNumber(2)];
    server.script(
      (_, response) => open(response).end(`${frame(first)}event: dropped\ndata: {"reason":"slow_reader"}\n\n`),
      (_, response) => void open(response).write(frame(second)),
    );
    await expect(take(stream().cards, 2)).resolves.toEqual([first.id, second.id]);
    expect(server.seen[1]!.headers['last-event-id']).toBe(first.id);
  });

  it('waits out an outage and a rate limit, as long as the server says', async () => {
    const limited = {
      status: 429,
      json: { code: 'rate_limited', retry: 'after_delay' },
      headers: { 'retry-after': '5' },
    };
    server.script(
      'drop',
      { status: 503, text: '' },
      limited,
      (_, response) => void open(response).write(frame(cardNumber(1))),
    );
    const { cards, timing } = stream();
    await expect(take(cards, 1)).resolves.toHaveLength(1);
    expect(timing.pauses).toEqual([188, 375, 5_000]);
  });

  it('lets go of a connection on which nothing comes any more', async () => {
    // By the real clock: with one that does not wait, everything is silent at once.
    server.script(
      (_, response) => void open(response).flushHeaders(),
      (_, response) => void open(response).write(frame(cardNumber(1))),
    );
    const cards = streamCards(new Transport({ baseUrl: server.baseUrl, apiKey: 'k' }), { silence_ms_max: 500 });
    await expect(take(cards, 1)).resolves.toHaveLength(1);
    expect(server.seen.length).toBeGreaterThanOrEqual(2);
  });

  it('ends without an error when its signal is aborted, while it reads and while it pauses', async () => {
    const end = new AbortController();
    server.script((_, response) => void open(response).write(frame(cardNumber(1))));
    for await (const _ of stream({ signal: end.signal }).cards) end.abort();
    const paused = new AbortController();
    server.script('drop', () => paused.abort());
    await expect(take(stream({ signal: paused.signal }).cards, 1)).resolves.toEqual([]);
  });

  it('ends with the refusal that would be the same next time', async () => {
    server.script({ status: 401, json: { code: 'unauthenticated', retry: 'never' } });
    await expect(take(stream().cards, 1)).rejects.toThrow(ProblemError);
    expect(server.seen).toHaveLength(1);
  });

  it('ends with an error when what comes is no card', async () => {
    server.script((_, response) => void open(response).write('event: observation\ndata: {"id":"x"}\n\n'));
    await expect(take(stream().cards, 1)).rejects.toThrow(UnexpectedAnswer);
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OperatorClient } from '@groundtruth/sdk/agent';
import { FeedClient } from '@groundtruth/sdk/feeds';
import type { ObservationCard } from '@groundtruth/sdk/protocol';
import { DataSource } from 'typeorm';
import { mintId } from '../../src/kernel/ids.js';
import { Streams } from '../../src/feeds/streams/streams.js';
import { startMarket, type Market } from '../../src/market.js';
import { loadConfig } from '../../src/platform/config/index.js';
import { startPostgres } from '../../src/platform/embedded/postgres.js';
import { silentLog } from '../../src/platform/telemetry/index.js';
import { fulfil, newAgent, newWorker, sheepTerms, shotOf } from '../../test/support/cast.js';
import { photo } from '../../test/support/photos.js';
import { nowMs } from './messages.js';
import type { FeedServer } from './feed-server.js';

/** Readers share so many accounts. */
const AGENTS = 100;

/**
 * The market's own feed: HTTP, keys, what each reader may see, the database and the limit on slow readers are all in it. What is published are
 * copies of one real observation.
 */
export class Ours implements FeedServer {
  /** Readers that join now are sent what comes after it. */
  private last_id: string;

  private constructor(
    private readonly market: Market,
    private readonly database: DataSource,
    private readonly ending: (() => Promise<unknown>)[],
    /** What is published looks like this. */
    readonly card: ObservationCard,
    private readonly keys: readonly string[],
  ) {
    this.last_id = card.id;
  }

  static async start(): Promise<Ours> {
    const dataDir = await mkdtemp(join(tmpdir(), 'feed-bench-'));
    const ending: (() => Promise<unknown>)[] = [() => rm(dataDir, { recursive: true, force: true })];
    const postgres = await startPostgres({ dataDir: join(dataDir, 'postgres') });
    ending.push(() => postgres.stop());
    const config = loadConfig({
      DATA_DIR: dataDir,
      DATABASE_URL: postgres.url,
      EMBEDDED_CHAIN: 'off',
      EMBEDDED_STRIPE: 'off',
      PORT: '0',
      LOG_LEVEL: 'fatal',
      RATE_LIMIT_PER_MINUTE: '0',
      RATE_LIMIT_ADDRESS_PER_MINUTE: '0',
      STREAMS_MAX: '20000',
    });
    const market = await startMarket({ config, log: silentLog });
    ending.push(() => market.stop());
    const database = await new DataSource({ type: 'postgres', url: postgres.url }).initialize();
    ending.push(() => database.destroy());
    const card = await observed(market);
    await market.verifiers.stop();
    const keys: string[] = [];
    for (let agent = 0; agent < AGENTS; agent++) keys.push((await newAgent(market.origin, `reader ${agent}`)).api_key);
    return new Ours(market, database, ending, card, keys);
  }

  get port(): number {
    return Number(new URL(this.market.origin).port);
  }

  get requests(): readonly string[] {
    return this.keys.map((key) => requestOf(key, this.last_id));
  }

  /** As one of those who have everything to catch up with. */
  get lateRequest(): string {
    return requestOf(this.keys[0]!, this.card.id);
  }

  /** From when the cards are in the database and the feed is told. */
  async publish(ids: readonly string[]): Promise<number> {
    await this.database.transaction(async (tx) => {
      // The copies have no captures of their own.
      await tx.query('SET LOCAL session_replication_role = replica');
      await tx.query(
        `WITH place AS (UPDATE feed_sequence SET next = next + $3 WHERE name = 'observations:test' RETURNING next - $3 AS first)
         INSERT INTO observation SELECT copy.* FROM place, observation o, unnest($2::text[]) WITH ORDINALITY AS made(id, n),
           jsonb_populate_record(o, jsonb_build_object('id', made.id, 'capture_id', 'cap_of_' || made.id, 'public_seq', place.first + n - 1)) copy
          WHERE o.id = $1`,
        [this.card.id, ids, ids.length],
      );
    });
    this.last_id = ids.at(-1)!;
    const at = nowMs();
    this.market.http.app.get(Streams).wake();
    return at;
  }

  async stop(): Promise<void> {
    for (let end = this.ending.pop(); end; end = this.ending.pop()) await end();
  }
}

const requestOf = (key: string, last_id: string): string =>
  `GET /v1/observations/stream HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${key}\r\nlast-event-id: ${last_id}\r\n\r\n`;

export const newIds = (count: number): string[] => Array.from({ length: count }, () => mintId('observation'));

/** The card of an observation that went the whole way. */
async function observed({ origin, keyring }: Market): Promise<ObservationCard> {
  const operator = new OperatorClient({ baseUrl: origin, apiKey: keyring.operator_keys.test });
  const agent = await newAgent(origin, 'bench');
  await operator.sandbox.credit(agent.id, '100.000000');
  const licence = { exclusive_s: 0, resale: true };
  const bounty = await agent.client.bounties.create(sheepTerms({ licence }));
  const { state } = await fulfil(await newWorker(origin, 'bench'), bounty, shotOf(photo('march-pastoral')));
  const feeds = new FeedClient({ baseUrl: origin, apiKey: (await newAgent(origin, 'reader')).api_key });
  for await (const card of feeds.stream({ signal: AbortSignal.timeout(60_000) })) return card;
  throw new Error(`no observation came of a capture that is ${state}`);
}

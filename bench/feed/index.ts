import { median, writeReport, type BenchReport } from '../report.js';
import { sleep } from '../../src/platform/time.js';
import { Baseline } from './baseline.js';
import type { FeedServer } from './feed-server.js';
import { newIds, Ours } from './ours.js';
import { Swarm } from './swarm.js';
import { vouchersVsViem } from './vouchers.js';

const ROUNDS = 5;
/** Cards that are there at once, and so wait for one another. */
const BACKLOG_CARDS = { 1_000: 200, 10_000: 40 };
const PACED_READERS = 1_000;
const PACED_CARDS = 40;
const PACE_MS = 100;
/** Readers that never read, each with more before it than sockets hold. */
const STALLED_READERS = 50;
const STALLED_CARDS = 20_000;
/** Until their sockets are full: what catching up costs is another question. Well before they are dropped. */
const STALLED_MS = 4_000;

/**
 * How fast cards reach many readers: a backlog, against the `ws` package sending each card to each reader, as deliveries a second; and one card
 * at a time, against a plain write to every socket, as the 99th percentile of what a delivery takes. Servers and readers are processes apart, and
 * take turns. Then beside readers that have stopped reading, against the same without them. And how fast a voucher is checked, against viem.
 */
export async function run({ json }: { json?: string }): Promise<BenchReport> {
  const ours = await Ours.start();
  const card = (id: string): string => JSON.stringify({ ...ours.card, id });
  try {
    const [few, many] = [await backlog(ours, card, 1_000), await backlog(ours, card, 10_000)];
    const paced = await pace(ours, card);
    const ratios = {
      backlog_vs_ws_1000: median(few.map(({ ours, ws }) => ours / ws)),
      backlog_vs_ws_10000: median(many.map(({ ours, ws }) => ours / ws)),
      paced_p99_vs_plain_write: median(paced.map(({ ours, plain }) => ours.p99 / plain.p99)),
      paced_p99_beside_stalled: median(paced.map(({ ours, crowded }) => crowded.p99 / ours.p99)),
      voucher_verify_vs_viem: await vouchersVsViem(),
    };
    const figures = {
      card_bytes: Buffer.byteLength(card(ours.card.id)),
      backlog_per_s_1000: median(few.map(({ ours }) => ours)),
      ws_backlog_per_s_1000: median(few.map(({ ws }) => ws)),
      backlog_per_s_10000: median(many.map(({ ours }) => ours)),
      ws_backlog_per_s_10000: median(many.map(({ ws }) => ws)),
      paced_p50_ms: median(paced.map(({ ours }) => ours.p50)),
      paced_p99_ms: median(paced.map(({ ours }) => ours.p99)),
      plain_p50_ms: median(paced.map(({ plain }) => plain.p50)),
      plain_p99_ms: median(paced.map(({ plain }) => plain.p99)),
      stalled_readers: STALLED_READERS,
      beside_stalled_p99_ms: median(paced.map(({ crowded }) => crowded.p99)),
    };
    return await writeReport({ bench: 'feed', ratios, figures }, json);
  } finally {
    await ours.stop();
  }
}

/** Deliveries a second of each, round by round; the first round warms up. */
async function backlog(ours: Ours, card: (id: string) => string, readers: keyof typeof BACKLOG_CARDS) {
  const ws = await Baseline.start('ws', card);
  const swarms = { ours: await joined(ours, readers), ws: await joined(ws, readers) };
  const cards = BACKLOG_CARDS[readers];
  const speed = async (name: 'ours' | 'ws', server: FeedServer): Promise<number> => {
    const { done } = await swarms[name].expect(cards);
    const began = await server.publish(newIds(cards));
    return (readers * cards * 1_000) / ((await done) - began);
  };
  const rounds: { ours: number; ws: number }[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const measured =
      round % 2
        ? { ours: await speed('ours', ours), ws: await speed('ws', ws) }
        : { ws: await speed('ws', ws), ours: await speed('ours', ours) };
    if (round > 0) rounds.push(measured);
  }
  for (const part of [swarms.ours, swarms.ws, ws]) part.stop();
  return rounds;
}

interface Latency {
  readonly p50: number;
  readonly p99: number;
}

/** What a delivery takes, round by round, when each card is long there before the next one; the first round warms up. */
async function pace(ours: Ours, card: (id: string) => string) {
  const plain = await Baseline.start('plain', card);
  await ours.publish(newIds(STALLED_CARDS));
  const swarms = { ours: await joined(ours, PACED_READERS), plain: await joined(plain, PACED_READERS) };
  const timed = async (name: 'ours' | 'plain', server: FeedServer): Promise<Latency> => {
    const { done } = await swarms[name].expect(PACED_CARDS, true);
    const sent: number[] = [];
    for (const id of newIds(PACED_CARDS)) {
      sent.push(await server.publish([id]));
      await sleep(PACE_MS);
    }
    await done;
    const ms = Float64Array.from(await swarms[name].latencies(sent)).sort();
    const at = (share: number): number => ms[Math.floor(ms.length * share)]!;
    return { p50: at(0.5), p99: at(0.99) };
  };
  const crowded = async (): Promise<Latency> => {
    const stalled = new Swarm();
    await stalled.connect(ours.port, STALLED_READERS, ours.lateRequest, true);
    await sleep(STALLED_MS);
    const latency = await timed('ours', ours);
    stalled.stop();
    return latency;
  };
  const rounds: { ours: Latency; plain: Latency; crowded: Latency }[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const measured =
      round % 2
        ? { ours: await timed('ours', ours), plain: await timed('plain', plain), crowded: await crowded() }
        : { crowded: await crowded(), plain: await timed('plain', plain), ours: await timed('ours', ours) };
    if (round > 0) rounds.push(measured);
  }
  for (const part of [swarms.ours, swarms.plain, plain]) part.stop();
  return rounds;
}

/** Readers that have all been let in. */
async function joined(server: FeedServer, readers: number): Promise<Swarm> {
  const swarm = new Swarm();
  const { port, requests } = server;
  for (const request of requests) await swarm.connect(port, readers / requests.length, request);
  return swarm;
}

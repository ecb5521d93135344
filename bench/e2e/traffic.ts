import type { OperatorClient } from '@groundtruth/sdk/agent';
import { sealCapture, type EnrolledDevice } from '@groundtruth/sdk/contributor';
import { FeedClient, type SavedFeed } from '@groundtruth/sdk/feeds';
import type { ModeKeys } from '@groundtruth/sdk/protocol';
import { deriveId } from '../../src/kernel/ids.js';
import { sleep } from '../../src/platform/time.js';
import { newAgent, newWorker, sheepTerms, shotOf, type Worker } from '../../test/support/cast.js';

const PRICE = '0.010000';
const BUDGET = '1000.000000';

/**
 * Captures in, observations out: prepares each capture up to its submission, and takes the time from there until somebody else, who pays for it by a
 * subscription, has its body and has checked its signature and its proof.
 */
export class Traffic {
  private readonly waiting = new Map<string, () => void>();
  private readonly ending = new AbortController();

  private constructor(
    private readonly baseUrl: string,
    private readonly agent: Awaited<ReturnType<typeof newAgent>>,
    private readonly bytes: Buffer,
    private readonly bought: { readonly feed: SavedFeed; readonly keys: ModeKeys; readonly subscription: string },
  ) {}

  static async start(baseUrl: string, operator: OperatorClient, bytes: Buffer): Promise<Traffic> {
    const agent = await newAgent(baseUrl, 'bench');
    await operator.sandbox.credit(agent.id, BUDGET);
    const traffic = new Traffic(baseUrl, agent, bytes, await subscribed(baseUrl, operator));
    void traffic.listen();
    return traffic;
  }

  stop(): void {
    this.ending.abort();
  }

  /** Milliseconds from submission to the body that was paid for, with nothing else in flight. */
  async one(): Promise<number> {
    return this.timed(await this.prepare());
  }

  /** Captures a second with several callers at once, each handing in its next one when the last is on the feed. */
  async peak(callers: number, captures: number): Promise<number> {
    const ready = await Promise.all(Array.from({ length: captures }, () => this.prepare()));
    const start = performance.now();
    await Promise.all(
      Array.from({ length: callers }, async () => {
        for (let next = ready.pop(); next; next = ready.pop()) await this.timed(next);
      }),
    );
    return captures / ((performance.now() - start) / 1_000);
  }

  /** Milliseconds of every capture handed in at a constant rate. */
  async constant(per_s: number, seconds: number): Promise<number[]> {
    const timings: Promise<number>[] = [];
    const start = performance.now();
    for (let sent = 0; performance.now() - start < seconds * 1_000; sent++) {
      await sleep(Math.max(0, start + (sent * 1_000) / per_s - performance.now()));
      timings.push(this.prepare().then((prepared) => this.timed(prepared)));
    }
    return Promise.all(timings);
  }

  private async prepare() {
    const terms = sheepTerms({
      criteria: { all: [{ object: { label: 'sheep' } }], unique: false },
      price: { schedule: 'fixed', amount: PRICE },
      licence: { exclusive_s: 0, resale: true },
    });
    const bounty = await this.agent.client.bounties.create(terms);
    const worker: Worker & { device: EnrolledDevice } = await newWorker(this.baseUrl, 'bench');
    const reservation = await worker.client.reservations.create(bounty.id);
    const capture = await worker.client.captures.create(
      await sealCapture(reservation, shotOf(this.bytes), worker.device),
    );
    await worker.client.captures.upload(capture, this.bytes);
    return { worker, capture };
  }

  private async timed({ worker, capture }: Awaited<ReturnType<Traffic['prepare']>>): Promise<number> {
    const seen = new Promise<void>((resolve) => this.waiting.set(deriveId('observation', capture.id), resolve));
    const start = performance.now();
    await worker.client.captures.submit(capture.id);
    await seen;
    return performance.now() - start;
  }

  private async listen(): Promise<void> {
    const { feed, keys, subscription } = this.bought;
    const skipped = (_card: unknown, reason: string): void => {
      throw new Error(`the subscriber was not sold an observation: ${reason}`);
    };
    const options = { keys, subscription, skipped, allowTest: true, signal: this.ending.signal };
    for await (const { record } of feed.stream(options)) {
      this.waiting.get(record.id)?.();
      this.waiting.delete(record.id);
    }
  }
}

/** Somebody who asked for none of it, and buys all of it. */
async function subscribed(baseUrl: string, operator: OperatorClient) {
  const { id, api_key } = await newAgent(baseUrl, 'paying subscriber');
  await operator.sandbox.credit(id, BUDGET);
  const feeds = new FeedClient({ baseUrl, apiKey: api_key });
  const feed = await feeds.feeds.create('everything');
  const subscription = await feed.subscribe({ deliver: 'bodies', cap_per_day: BUDGET });
  return { feed, keys: await feeds.keys('test'), subscription: subscription.id };
}

import type { OperatorClient } from '@groundtruth/sdk/agent';
import { sealCapture, type EnrolledDevice } from '@groundtruth/sdk/contributor';
import { FeedClient } from '@groundtruth/sdk/feeds';
import { sleep } from '../../src/platform/time.js';
import { newAgent, newWorker, sheepTerms, shotOf, type Worker } from '../../test/support/cast.js';

const PRICE = '0.010000';

/** Captures in, cards out: prepares each capture up to its submission, and takes the time from there to its card on the stream. */
export class Traffic {
  private readonly waiting = new Map<string, () => void>();
  private readonly ending = new AbortController();

  private constructor(
    private readonly baseUrl: string,
    private readonly agent: Awaited<ReturnType<typeof newAgent>>,
    private readonly bytes: Buffer,
  ) {}

  static async start(baseUrl: string, operator: OperatorClient, bytes: Buffer): Promise<Traffic> {
    const agent = await newAgent(baseUrl, 'bench');
    await operator.sandbox.credit(agent.id, '1000.000000');
    const traffic = new Traffic(baseUrl, agent, bytes);
    void traffic.listen();
    return traffic;
  }

  stop(): void {
    this.ending.abort();
  }

  /** Milliseconds from submission to card, with nothing else in flight. */
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
    });
    const bounty = await this.agent.client.bounties.create(terms);
    const worker: Worker & { device: EnrolledDevice } = await newWorker(this.baseUrl, 'bench');
    const reservation = await worker.client.reservations.create(bounty.id);
    const capture = await worker.client.captures.create(
      await sealCapture(reservation, shotOf(this.bytes), worker.device),
    );
    await worker.client.captures.upload(capture, this.bytes);
    return { worker, capture, bounty };
  }

  private async timed({ worker, capture, bounty }: Awaited<ReturnType<Traffic['prepare']>>): Promise<number> {
    const seen = new Promise<void>((resolve) => this.waiting.set(bounty.id, resolve));
    const start = performance.now();
    await worker.client.captures.submit(capture.id);
    await seen;
    return performance.now() - start;
  }

  private async listen(): Promise<void> {
    const feed = new FeedClient({ baseUrl: this.baseUrl, apiKey: this.agent.api_key });
    for await (const card of feed.stream({ signal: this.ending.signal })) {
      this.waiting.get(card.bounty_id ?? '')?.();
      this.waiting.delete(card.bounty_id ?? '');
    }
  }
}

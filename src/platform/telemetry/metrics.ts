import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** From one millisecond to half a minute: a cached read is near the first, a verdict waited for near the last. */
const SECONDS_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

type Labels = Readonly<Record<string, string | number>>;

/** The metrics of one process. Asking for a name again gives the same metric, so modules need not share objects. */
export class Metrics {
  private readonly registry = new Registry();

  /** `process: true` adds memory, CPU, event loop and garbage collection of this process. */
  constructor(options: { readonly process?: boolean } = {}) {
    if (options.process) collectDefaultMetrics({ register: this.registry });
  }

  /** A number that only grows. The name ends in `_total`. Label values come from our code, never from a caller. */
  counter(name: string, help: string, labels: readonly string[] = []): Counter {
    return (
      this.existing<Counter>(name) ?? new Counter({ name, help, labelNames: [...labels], registers: [this.registry] })
    );
  }

  /** A number read when the metrics are: `read` is called at each scrape. */
  gauge(name: string, help: string, read: () => number): Gauge {
    const collect = function (this: Gauge) {
      this.set(read());
    };
    return this.existing<Gauge>(name) ?? new Gauge({ name, help, registers: [this.registry], collect });
  }

  /** A distribution of durations in seconds. The name ends in `_seconds`. */
  seconds(name: string, help: string, labels: readonly string[] = []): Histogram {
    const options = { name, help, labelNames: [...labels], buckets: SECONDS_BUCKETS, registers: [this.registry] };
    return this.existing<Histogram>(name) ?? new Histogram(options);
  }

  /** Runs `work` and records how long it took, whether it succeeds or throws. */
  async timed<T>(histogram: Histogram, labels: Labels, work: () => Promise<T>): Promise<T> {
    const stop = histogram.startTimer(labels);
    try {
      return await work();
    } finally {
      stop();
    }
  }

  /** Everything in Prometheus text format 0.0.4, and the content type to serve it with. */
  async render(): Promise<{ readonly content_type: string; readonly text: string }> {
    return { content_type: this.registry.contentType, text: await this.registry.metrics() };
  }

  private existing<M>(name: string): M | undefined {
    return this.registry.getSingleMetric(name) as M | undefined;
  }
}

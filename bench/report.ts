import { writeFile } from 'node:fs/promises';
import { arch, availableParallelism, cpus, loadavg, platform, totalmem } from 'node:os';

/** What a benchmark ran on. The load tells how far its absolute figures can be trusted; ratios are taken within one run. */
export interface Machine {
  readonly cores: number;
  readonly cpu: string;
  readonly memory_gib: number;
  readonly system: string;
  readonly node: string;
  /** Average number of runnable processes over the last minute, as the benchmark ended. */
  readonly load: number;
}

/** What every benchmark prints, as JSON. A speed is a ratio against a baseline interleaved in the same run; medians of at least five slices. */
export interface BenchReport {
  readonly bench: string;
  /** RFC 3339, when the report was made. */
  readonly at: string;
  readonly machine: Machine;
  readonly ratios: Readonly<Record<string, number>>;
  readonly figures: Readonly<Record<string, number>>;
  /** Execution provider of the models, where there are any. */
  readonly provider?: string;
  /** What could not be measured here, and why. A run in which nothing could be measured ends with status 3. */
  readonly skipped?: Readonly<Record<string, string>>;
}

export function machine(): Machine {
  return {
    cores: availableParallelism(),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    memory_gib: rounded(totalmem() / 2 ** 30),
    system: `${platform()}-${arch()}`,
    node: process.version,
    load: rounded(loadavg()[0]!),
  };
}

/** Completes a report, prints it, and writes it to the file `json` when one is named. Figures are rounded to four significant digits. */
export async function writeReport(measured: Omit<BenchReport, 'at' | 'machine'>, json?: string): Promise<BenchReport> {
  const { bench, ratios, figures, provider, skipped } = measured;
  const report: BenchReport = {
    bench,
    at: new Date().toISOString(),
    machine: machine(),
    ratios: mapValues(ratios, rounded),
    figures: mapValues(figures, rounded),
    ...(provider === undefined ? {} : { provider }),
    ...(skipped && Object.keys(skipped).length > 0 ? { skipped } : {}),
  };
  const text = `${JSON.stringify(report, null, 2)}\n`;
  process.stdout.write(text);
  if (json !== undefined) await writeFile(json, text);
  return report;
}

/** The middle value; of an even number the mean of the two in the middle. @throws {RangeError} for none. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('there is no median of nothing');
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

const rounded = (value: number): number => Number(value.toPrecision(4));

function mapValues(
  values: Readonly<Record<string, number>>,
  change: (value: number) => number,
): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
}

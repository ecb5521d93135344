import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OperatorClient } from '@groundtruth/sdk/agent';
import { loadConfig } from '../../src/platform/config/index.js';
import { silentLog } from '../../src/platform/telemetry/index.js';
import { startMarket } from '../../src/market.js';
import { phonePhotograph } from '../phone-photograph.js';
import { median, writeReport, type BenchReport } from '../report.js';
import { modelAlone } from './model-alone.js';
import { Traffic } from './traffic.js';

const ROUNDS = 25;
/** Callers that look for the peak: more than the verifier can take at once. */
const PEAK_CALLERS = 4;
const PEAK_CAPTURES = 40;
const LOAD = 0.7;

/**
 * From `submit` until a paying subscriber has the observation and has checked it, for a photo of 12 megapixels: once alone, against decoding and models on the same
 * bytes in the same process kind, interleaved; then at a constant 70 % of this run's peak. One verifier with one decoder; duplicates are not asked for, since one photo
 * serves all captures.
 */
export async function run({ json, seconds }: { json?: string; seconds: number }): Promise<BenchReport> {
  const dataDir = await mkdtemp(join(tmpdir(), 'e2e-bench-'));
  const config = loadConfig({
    DATA_DIR: dataDir,
    EMBEDDED_CHAIN: 'off',
    EMBEDDED_STRIPE: 'off',
    PORT: '0',
    LOG_LEVEL: 'fatal',
    RATE_LIMIT_PER_MINUTE: '0',
    RATE_LIMIT_ADDRESS_PER_MINUTE: '0',
  });
  const market = await startMarket({ config, log: silentLog });
  const alone = await modelAlone(join(dataDir, 'models'));
  try {
    const operator = new OperatorClient({ baseUrl: market.origin, apiKey: market.keyring.operator_keys.test });
    const bytes = await phonePhotograph('march-pastoral');
    const traffic = await Traffic.start(market.origin, operator, bytes);
    await traffic.one();
    await alone.once(bytes);
    const [whole, models]: [number[], number[]] = [[], []];
    for (let round = 0; round < ROUNDS; round++) {
      whole.push(await traffic.one());
      models.push(await alone.once(bytes));
    }
    const peak_per_s = await traffic.peak(PEAK_CALLERS, PEAK_CAPTURES);
    const loaded = await traffic.constant(peak_per_s * LOAD, seconds);
    traffic.stop();
    const ratios = { p50_vs_decode_plus_model: median(whole) / median(models) };
    const figures = {
      p50_ms: median(whole),
      decode_plus_model_p50_ms: median(models),
      peak_per_s,
      loaded_captures: loaded.length,
      loaded_seconds: seconds,
      p99_ms: percentile(loaded, 0.99),
    };
    return await writeReport({ bench: 'e2e', ratios, figures }, json);
  } finally {
    await alone.stop();
    await market.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

import { dirname } from 'node:path';
import { VERDICT_QUEUE, VERIFICATION_QUEUE, verificationJobSchema } from '@groundtruth/sdk/protocol';
import type { Clock } from '../../src/kernel/clock.js';
import { MovableClock } from '../../src/platform/movable-clock.js';
import { createDataSource, UnitOfWork } from '../../src/platform/database/index.js';
import { BullmqQueue, type Queue, type ReceivedJob } from '../../src/platform/queue/index.js';
import type { Log } from '../../src/platform/telemetry/index.js';
import { cardsOf } from './cards.js';
import type { VerifierConfig } from './config.js';
import { SqlCaptureRecords } from './database.js';
import { DecoderPool } from './decoder-pool.js';
import { DecoderProcess, type DecoderOptions } from './decoder-process.js';
import { downloadFrom } from './download.js';
import { readVerdictKeys } from './keys.js';
import { readOptionalModels } from './optional-models.js';
import { readTrust } from './trust.js';
import { uploadTo } from './upload.js';
import { verify, type VerifierParts } from './verify.js';

export interface VerifierSetting {
  readonly clock: Clock;
  readonly log: Log;
  /** What the configuration does not say about decoders: where packages are, another program or limits in tests. */
  readonly decoder: Omit<DecoderOptions, 'cache_directory' | 'hide'>;
}

export interface RunningVerifier {
  /** What the process says of itself once it takes jobs. */
  readonly ready: Readonly<Record<string, unknown>>;
  /** Takes no more jobs, finishes those in hand and ends the decoders. Repeatable. */
  stop(): Promise<void>;
}

/**
 * Starts a verifier in this process: reads the keys, connects, starts one decoder for each capture in hand, then takes jobs.
 * @throws {Error} when a key is missing, a decoder does not start, or the database cannot be reached; nothing is left running.
 */
export async function startVerifier(
  config: VerifierConfig,
  { clock, log, decoder }: VerifierSetting,
): Promise<RunningVerifier> {
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (let end = stops.pop(); end; end = stops.pop()) await end();
  };
  try {
    const keyFiles = { test: config.VERDICT_KEY_FILE_TEST, live: config.VERDICT_KEY_FILE_LIVE };
    const accounts = await readVerdictKeys(keyFiles);
    const concurrency = config.VERIFIER_CONCURRENCY;
    const url = config.VERIFIER_DATABASE_URL;
    const dataSource = await createDataSource({
      url,
      poolMax: concurrency + 1,
      applicationName: 'groundtruth-verifier',
      commits: 'ordered', // All it writes are hashes, which are written again when the capture is.
    });
    stops.push(() => dataSource.destroy());

    const hide = [...new Set([...Object.values(keyFiles).map((file) => dirname(file)), ...config.DECODER_HIDES])];
    const optional = await readOptionalModels(config);
    const trust = await readTrust(config);
    const decoders: DecoderProcess[] = [];
    stops.push(() => Promise.all(decoders.map((one) => one.stop())));
    const environment = { ...decoder.environment, ...(config.FFMPEG_PATH && { FFMPEG_PATH: config.FFMPEG_PATH }) };
    for (let i = 0; i < concurrency; i++) {
      decoders.push(
        await DecoderProcess.start({
          ...decoder,
          environment,
          cache_directory: config.MODELS_DIR,
          optional_models: optional,
          trust,
          hide,
        }),
      );
    }

    const records = new SqlCaptureRecords(new UnitOfWork(dataSource, clock));
    const parts: VerifierParts = {
      records,
      download: downloadFrom(clock),
      upload: uploadTo,
      cards: cardsOf(optional),
      clock,
      accounts,
    };
    const queue = new BullmqQueue(config.REDIS_URL ? { redis_url: config.REDIS_URL } : { postgres_url: url });
    stops.push(() => queue.close());
    const follow = async (): Promise<void> => {
      if (clock instanceof MovableClock) clock.moveTo(await records.clockAheadMs());
    };
    await takeJobs(queue, new DecoderPool(decoders), parts, { concurrency, log, follow });

    const signers = { test: accounts.test.address, live: accounts.live.address };
    const greetings = await Promise.all(decoders.map((one) => one.hello()));
    return {
      ready: { signers, decoders: greetings.map((hello, i) => ({ ...hello, sandbox: decoders[i]!.sandboxName })) },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function takeJobs(
  queue: Queue,
  pool: DecoderPool,
  parts: VerifierParts,
  { concurrency, log, follow }: { concurrency: number; log: Log; follow: () => Promise<void> },
): Promise<void> {
  const handle = async ({ payload }: ReceivedJob): Promise<void> => {
    const job = verificationJobSchema.parse(payload);
    await follow(); // A verdict is dated by the market's clock, which may have been moved.
    const answer = await pool.lend((decoder) => verify(job, parts, decoder));
    const facts = {
      capture_id: job.capture_id,
      verdict_id: answer?.verdict.verdict_id,
      outcome: answer?.verdict.outcome,
    };
    if (answer)
      await queue.add(VERDICT_QUEUE, { id: `${job.capture_id}-${answer.verdict.verdict_id}`, payload: answer });
    log.info(facts, answer ? 'verdict signed' : 'the capture waits for no verdict any more');
  };
  const on_error = (err: unknown, job: ReceivedJob | null): void =>
    log.error({ err, job: job?.id }, 'verification failed; the queue tries again');
  await queue.work(VERIFICATION_QUEUE, handle, { concurrency, on_error });
}

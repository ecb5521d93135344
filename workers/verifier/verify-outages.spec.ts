import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '../../src/kernel/clock.js';
import { DomainError } from '../../src/kernel/problem.js';
import { builtDecoder } from '../../test/support/decoder.js';
import { MODEL_CARDS } from './cards.js';
import { DecoderProcess } from './decoder-process.js';
import { downloadFrom } from './download.js';
import { verify, type VerifierParts } from './verify.js';
import { ACCOUNTS, Bench, NOW } from './verify.bench.js';
import { jobOf, lost } from './verify.fixture.js';

const clock = new ManualClock(NOW);

function partsOf(bench: Bench, change: Partial<VerifierParts> = {}): VerifierParts {
  bench.context = async () => bench.capture;
  const download = async () => bench.downloaded;
  const upload = async () => undefined;
  return { records: bench, download, upload, cards: MODEL_CARDS, clock, accounts: ACCOUNTS, ...change };
}

describe('storage that cannot be reached', () => {
  it('fails the job, so that the queue brings it again, and nothing was signed or asked of the decoder', async () => {
    const bench = new Bench();
    const parts = partsOf(bench, { download: downloadFrom(clock) });
    const job = { ...jobOf(bench.capture), download_url: 'http://127.0.0.1:9/upload' };
    const tried = verify(job, parts, bench);
    await expect(tried).rejects.toBeInstanceOf(DomainError);
    await expect(tried).rejects.toMatchObject({ code: 'dependency_unavailable' });
    expect(bench.asked).toEqual([]);
  });

  it('leaves no trace: the next try decides as the first would have', async () => {
    const [undisturbed, bench] = [new Bench(), new Bench()];
    await expect(
      verify(jobOf(bench.capture), partsOf(bench, { download: downloadFrom(clock) }), bench),
    ).rejects.toThrow();
    const answer = await verify(jobOf(bench.capture), partsOf(bench), bench);
    const { verdict } = await undisturbed.verify().then((one) => one!);
    expect(answer!.verdict).toMatchObject({ verdict_id: verdict.verdict_id, outcome: verdict.outcome });
  });
});

describe('a database that does not answer', () => {
  it.each(['context', 'recordedDecision', 'nearHash'] as const)(
    'at %s fails the job instead of guessing',
    async (at) => {
      const bench = new Bench();
      const parts = partsOf(bench);
      bench[at] = (): Promise<never> =>
        Promise.reject(new DomainError('dependency_unavailable', 'the database is down'));
      await expect(verify(jobOf(bench.capture), parts, bench)).rejects.toMatchObject({
        code: 'dependency_unavailable',
      });
    },
  );
});

describe('a model that is missing', () => {
  it('keeps a decoder from starting, which says which file it is', async () => {
    const cache_directory = mkdtempSync(join(tmpdir(), 'groundtruth-empty-'));
    try {
      const options = {
        ...builtDecoder(),
        cache_directory,
        package_root: cache_directory,
        providers: ['cpu' as const],
      };
      await expect(DecoderProcess.start(options)).rejects.toThrow(/does not start: .*is not installed/);
    } finally {
      rmSync(cache_directory, { recursive: true });
    }
  });

  it('of a decoder that had to be started anew sends the capture to a person: no score is made up', async () => {
    const bench = new Bench();
    bench.inspected = lost('not_started');
    const answer = await verify(jobOf(bench.capture), partsOf(bench), bench);
    expect(answer!.verdict.outcome).toBe('review');
    expect(answer!.verdict.checks.every(({ score }) => score === undefined)).toBe(true);
  });
});

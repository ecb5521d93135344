import {
  evidenceOf,
  keysFor,
  modeOf,
  optionsOf,
  RESULT_STATUS,
  showVerified,
  UsageError,
  type Output,
  type Terminal,
} from '@groundtruth/sdk/cli';
import { recomputeVerdict } from '@groundtruth/sdk/feeds';
import { verdictSchema, type ModeKeys, type Verdict } from '@groundtruth/sdk/protocol';
import { loadConfig, type Config } from '../../platform/config/index.js';
import { publishedIn, type Published } from './published.js';
import { linesOf, reportOf } from './report.js';

interface Wish {
  readonly media: string | undefined;
  readonly observation: string | undefined;
  readonly original: string | undefined;
  readonly keys: string | undefined;
}

interface Line {
  readonly args: readonly string[];
  readonly options: Wish;
  readonly terminal: Terminal;
  readonly out: Output;
}

/** Without media what the SDK checks; else a replay of a verdict at the level the caller's files allow (docs/replay.md). */
export async function verify({ args: [source], options, terminal, out }: Line): Promise<number> {
  requireSense(options);
  const server = await optionsOf(terminal);
  const evidence = await evidenceOf(source!, server, terminal);
  const keys = await keysFor(modeOf(evidence), server, options.keys);
  if (options.media === undefined && options.original === undefined) return showVerified(evidence, keys, out);
  if (evidence.kind === 'observation')
    throw new UsageError('a verdict is replayed, not an observation: give that by --observation');
  return replayed(evidence.bundle, keys, options, { config: loadConfig(terminal.env), out });
}

async function replayed(
  {
    verdict: given,
    proof,
    salt,
    inputs,
  }: Extract<Awaited<ReturnType<typeof evidenceOf>>, { kind: 'verdict' }>['bundle'],
  keys: ModeKeys,
  { media, original, observation }: Wish,
  { config, out }: { readonly config: Config; readonly out: Output },
): Promise<number> {
  const recomputed = await recomputeVerdict(given, {
    keys,
    proof: proof ?? null,
    ...(salt === undefined ? {} : { salt }),
  });
  const read = verdictSchema.safeParse(given);
  const verdict = read.success ? read.data : null;
  const published =
    verdict && media !== undefined && observation !== undefined
      ? await publishedIn(observation, verdict, media, keys)
      : null;
  const replay = verdict && (await replayFrom(verdict, { inputs, media, original, published }, config));
  const report = reportOf(
    verdict,
    [...recomputed.items, ...(published?.items ?? [])],
    original === undefined ? 2 : 3,
    replay,
  );
  out.show(report, linesOf(report));
  return RESULT_STATUS[report.result];
}

interface Given {
  readonly inputs: unknown;
  readonly media: string | undefined;
  readonly original: string | undefined;
  readonly published: Published | null;
}

async function replayFrom(verdict: Verdict, { inputs, media, original, published }: Given, config: Config) {
  // The models and what runs them: most uses need neither.
  const { replayMediaHere, replayOriginalHere } = await import('./replay-here.js');
  if (original !== undefined) return replayOriginalHere(verdict, inputs, original, config);
  return replayMediaHere(verdict, published?.checks ?? verdict.checks, media!, config);
}

function requireSense({ media, original, observation }: Wish): void {
  if (media !== undefined && original !== undefined)
    throw new UsageError('--original replays everything that --media does: give one of them');
  if (observation !== undefined && media === undefined)
    throw new UsageError('--observation tells what was recorded on the media: give it with --media');
}

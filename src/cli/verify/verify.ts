import { parseArgs } from 'node:util';
import { recomputeVerdict } from '@groundtruth/sdk/feeds';
import { verdictSchema, type Verdict } from '@groundtruth/sdk/protocol';
import { loadConfig, type Config } from '../../platform/config/index.js';
import { UsageError, type Command, type CommandLine } from '../command.js';
import { bundleOf, keysFor } from './bundle.js';
import { publishedIn, type Published } from './published.js';
import { EXIT_STATUS, inWords, reportOf } from './report.js';

/** Replays a verdict at the level the caller's files allow (docs/replay.md). Exit status: 0 same, 1 differs, 2 usage, 3 inconclusive. */
export const verify: Command = {
  usage:
    'groundtruth verify <capture id | verdict.json> [--media FILE [--observation FILE] | --original FILE] [--keys FILE] [--json]',
  summary: 'Works a verdict out again and prints a diff, check by check.',
  async run({ args, env, write }: CommandLine): Promise<number> {
    const { source, media, original, observation, keys, json } = argumentsIn(args);
    const config = loadConfig(env);
    const server = {
      baseUrl: env.GROUNDTRUTH_URL ?? config.PUBLIC_URL ?? `http://127.0.0.1:${config.PORT}`,
      ...(env.GROUNDTRUTH_API_KEY ? { apiKey: env.GROUNDTRUTH_API_KEY } : {}),
    };
    const bundle = await bundleOf(source, server);
    const modeKeys = await keysFor(bundle.verdict, server, keys);
    const recomputed = await recomputeVerdict(bundle.verdict, {
      keys: modeKeys,
      proof: bundle.proof ?? null,
      ...(bundle.salt === undefined ? {} : { salt: bundle.salt }),
    });
    const read = verdictSchema.safeParse(bundle.verdict);
    const verdict = read.success ? read.data : null;
    const published =
      verdict && media !== undefined && observation !== undefined
        ? await publishedIn(observation, verdict, media, modeKeys)
        : null;
    const replay =
      verdict && (await replayFrom(verdict, { inputs: bundle.inputs, media, original, published }, config));
    const level = original === undefined ? (media === undefined ? 1 : 2) : 3;
    const report = reportOf(verdict, [...recomputed.items, ...(published?.items ?? [])], level, replay);
    write(json ? `${JSON.stringify(report, null, 2)}\n` : inWords(report));
    return EXIT_STATUS[report.result];
  },
};

interface Given {
  readonly inputs: unknown;
  readonly media?: string;
  readonly original?: string;
  readonly published: Published | null;
}

async function replayFrom(verdict: Verdict, { inputs, media, original, published }: Given, config: Config) {
  if (original === undefined && media === undefined) return null;
  // The models and what runs them: most uses need neither.
  const { replayMediaHere, replayOriginalHere } = await import('./replay-here.js');
  if (original !== undefined) return replayOriginalHere(verdict, inputs, original, config);
  return replayMediaHere(verdict, published?.checks ?? verdict.checks, media!, config);
}

function argumentsIn(args: readonly string[]) {
  const { values, positionals } = parsed(args);
  const [source, ...more] = positionals;
  if (source === undefined || more.length > 0) throw new UsageError('verify takes one capture id or one verdict file');
  if (values.media !== undefined && values.original !== undefined) {
    throw new UsageError('--original replays everything that --media does: give one of them');
  }
  if (values.observation !== undefined && values.media === undefined) {
    throw new UsageError('--observation tells what was recorded on the media: give it with --media');
  }
  return { source, ...values };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        media: { type: 'string' },
        original: { type: 'string' },
        observation: { type: 'string' },
        keys: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

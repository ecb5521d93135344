import { parseArgs } from 'node:util';
import { recomputeVerdict } from '@groundtruth/sdk/feeds';
import { verdictSchema, type Verdict } from '@groundtruth/sdk/protocol';
import { loadConfig, type Config } from '../../platform/config/index.js';
import { UsageError, type Command, type CommandLine } from '../command.js';
import { bundleOf, keysFor } from './bundle.js';
import { replayMediaHere, replayOriginalHere } from './replay-here.js';
import { EXIT_STATUS, inWords, reportOf } from './report.js';

/** Replays a verdict at the level the caller's files allow (docs/replay.md). Exit status: 0 same, 1 differs, 2 usage, 3 inconclusive. */
export const verify: Command = {
  usage: 'groundtruth verify <capture id | verdict.json> [--media FILE | --original FILE] [--keys FILE] [--json]',
  summary: 'Works a verdict out again and prints a diff, check by check.',
  async run({ args, env, write }: CommandLine): Promise<number> {
    const { source, media, original, keys, json } = argumentsIn(args);
    const config = loadConfig(env);
    const server = {
      baseUrl: env.GROUNDTRUTH_URL ?? config.PUBLIC_URL ?? `http://127.0.0.1:${config.PORT}`,
      ...(env.GROUNDTRUTH_API_KEY ? { apiKey: env.GROUNDTRUTH_API_KEY } : {}),
    };
    const bundle = await bundleOf(source, server);
    const recomputed = await recomputeVerdict(bundle.verdict, {
      keys: await keysFor(bundle.verdict, server, keys),
      proof: bundle.proof ?? null,
      ...(bundle.salt === undefined ? {} : { salt: bundle.salt }),
    });
    const read = verdictSchema.safeParse(bundle.verdict);
    const verdict = read.success ? read.data : null;
    const replay = verdict && (await replayFrom(verdict, { inputs: bundle.inputs, media, original }, config));
    const level = original === undefined ? (media === undefined ? 1 : 2) : 3;
    const report = reportOf(verdict, recomputed, level, replay);
    write(json ? `${JSON.stringify(report, null, 2)}\n` : inWords(report));
    return EXIT_STATUS[report.result];
  },
};

async function replayFrom(
  verdict: Verdict,
  { inputs, media, original }: { readonly inputs: unknown; readonly media?: string; readonly original?: string },
  config: Config,
) {
  if (original !== undefined) return replayOriginalHere(verdict, inputs, original, config);
  return media === undefined ? null : replayMediaHere(verdict, verdict.checks, media, config);
}

function argumentsIn(args: readonly string[]) {
  const { values, positionals } = parsed(args);
  const [source, ...more] = positionals;
  if (source === undefined || more.length > 0) throw new UsageError('verify takes one capture id or one verdict file');
  if (values.media !== undefined && values.original !== undefined) {
    throw new UsageError('--original replays everything that --media does: give one of them');
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
        keys: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

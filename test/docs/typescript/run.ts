import ts from 'typescript';
import { withLimit } from '../../../src/platform/time.js';
import { evidence } from './fixtures/evidence.js';
import { money } from './fixtures/money.js';
import { parties } from './fixtures/parties.js';
import { work } from './fixtures/work.js';
import { watchLoops, withLoopsWatched } from './loops.js';
import type { ExampleModule } from './modules.js';
import type { Fixtures, Need, Stage } from './stage.js';
import type { World } from './world.js';

/** A guard against an example that never ends, wide enough for a loaded machine. */
const EXAMPLE_MS_MAX = 240_000;
/** For something to come that a `signal` ends the wait for. */
const NOTHING_MS = 60_000;
/** Where a reader's server is, and where the examples' is. */
const EXAMPLE_URL = 'http://127.0.0.1:8787';
const EXAMPLE_DATA = '.groundtruth/';
const VALUE = /^(\s*)(?!\/\/)(.+?);? \/\/ → (.+)$/gm;

export const FIXTURES: Fixtures = { ...parties, ...work, ...evidence, ...money };

/** Runs an example on the stage, with the names it uses made for it. `load` is the spec's own `require`, through which Jest finds the SDK. */
export async function run(example: ExampleModule, stage: Stage, load: NodeJS.Require): Promise<void> {
  const need = needOf(stage);
  const names = example.fixtures as (keyof World)[];
  const values: unknown[] = [];
  for (const name of names) values.push(await need(name));
  const printed = { ...console, log: () => undefined, warn: () => undefined };
  const body = `return (async () => {\n${compiled(example, stage)}\n})()`;
  const program = new Function('require', 'exports', 'console', 'equal', 'through', ...names, body) as (
    ...all: unknown[]
  ) => Promise<void>;
  const { stop } = need;
  const { through, idle } = watchLoops(() => stop.abort());
  const nothing = setTimeout(() => stop.abort(), NOTHING_MS);
  try {
    const running = program(load, {}, printed, expectEqual, through, ...values);
    await withLimit(EXAMPLE_MS_MAX, 'the example did not end', running).catch((error: unknown) => {
      if (!stop.signal.aborted || error !== stop.signal.reason) throw error;
    });
  } finally {
    clearTimeout(nothing);
  }
  const idleAt = idle().map((line) => example.block.line + line - 1 - example.header);
  if (idleAt.length) throw new Error(`nothing came for the loop of line ${idleAt.join(', ')}`);
}

/** Makes what is asked for, each thing once: what one example, or one provocation, has in hand. */
export function needOf(stage: Stage): Need {
  const made = new Map<keyof World, unknown>();
  const need: Need = Object.assign(
    <N extends keyof World>(name: N): Promise<World[N]> => {
      if (!made.has(name)) made.set(name, Promise.resolve(FIXTURES[name](need)));
      return made.get(name) as Promise<World[N]>;
    },
    stage,
    { stop: new AbortController() },
  );
  return need;
}

const expectEqual = (seen: unknown, told: unknown): void => expect(seen).toEqual(told);

/** CommonJS, with `x; // → y` as a comparison, and with this market in place of the reader's. */
function compiled({ source, file }: ExampleModule, { market, folder }: Stage): string {
  const told = withLoopsWatched(source).replace(VALUE, '$1equal($2, ($3));');
  const here = told.replaceAll(EXAMPLE_URL, market.baseUrl).replaceAll(EXAMPLE_DATA, `${folder}/`);
  return ts.transpileModule(here, {
    fileName: file,
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS, esModuleInterop: true },
  }).outputText;
}

import { readFileSync } from 'node:fs';
import { allBlocks, inMarkdown, where, type Block } from './blocks.js';
import { claimedBy } from './claims.js';
import { argumentFault } from './commands/arguments.js';
import { commandLines, type CommandLine } from './commands/command-lines.js';
import { refusalsOf } from './commands/refusals.js';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
const projects = [...readFileSync('jest.config.mjs', 'utf8').matchAll(/displayName: '(\w+)'/g)].map(
  ([, name]) => name!,
);
/** CI does these itself, before and with this test. */
const BY_CI = ['npm install', 'npm test'];
/** Stands for each of the commands: there is nothing to ask. */
const ANY_COMMAND = 'COMMAND';

/** What is wrong with a command of a page before it is started; null for nothing. */
function faultOf({ words: [program, ...args], text }: CommandLine): string | null {
  if (BY_CI.includes(text)) return null;
  if (program === 'npm') return scripts[scriptOf(args)] === undefined ? `there is no script ${scriptOf(args)}` : null;
  if (program !== 'npx' || args[0] !== 'jest') return 'nothing here runs it: give test/docs/commands.spec.ts a way to';
  const project = args[args.indexOf('--selectProjects') + 1]!;
  return projects.includes(project) ? null : `there is no project ${project}`;
}

/** The program of `dist` that a script starts, with what is given to it; null for a script without one, or without arguments. */
function startedBy({ words: [program, ...args] }: CommandLine) {
  const started = program === 'npm' ? /node (?:--\S+ )*(dist\/\S+\.js)/.exec(scripts[scriptOf(args)] ?? '') : null;
  const given = args.slice(args.indexOf('--') + 1);
  const asked = args.includes('--') && given.length > 0 && given[0] !== ANY_COMMAND;
  return started && asked ? { program: started[1]!, args: given } : null;
}

const scriptOf = (args: readonly string[]): string => {
  const [verb, name] = args.filter((word) => !word.startsWith('--'));
  return verb === 'run' ? name! : verb!;
};

/** Every command once, with the first place it stands at. */
function commandsOf(blocks: readonly Block[]): [string, CommandLine][] {
  const all = blocks.flatMap((block) => commandLines(block).map((line) => [line.text, [where(block), line]] as const));
  return [...new Map(all.toReversed()).values()].toReversed() as [string, CommandLine][];
}

/** What programs have against their commands, by the text of the command: all of them asked in one process. */
function refusalsBy(commands: readonly CommandLine[]): ReadonlyMap<string, string> {
  const found = commands.map((line) => ({ text: line.text, started: startedBy(line) }));
  const startable = found.filter(({ started }) => started !== null);
  const refusals = refusalsOf(startable.map(({ started }) => started!));
  const told = startable.map(({ text, started }, at) => [text, refusals[at] ?? faultOfArguments(started!)] as const);
  return new Map(told.filter((each): each is readonly [string, string] => typeof each[1] === 'string'));
}

/** Only the tables of `groundtruth` can be asked for more than options: of other programs nothing more is known. */
const faultOfArguments = ({ program, args }: NonNullable<ReturnType<typeof startedBy>>): string | null =>
  program.endsWith('/cli/groundtruth.js') ? argumentFault(args) : null;

const WRONG = [
  ['npm run drill -- rail --seeds 20 --kills 3', "Unknown option '--kills'"],
  ['npm run drill -- boats --seeds 20', 'there is no drill boats'],
  ['npm run groundtruth -- verify a.json --key k.json', "Unknown option '--key'"],
  ['npm run groundtruth -- verify a.json b.json', 'what is b.json for?'],
  ['npm run groundtruth -- verify --keys k.json', 'CAPTURE|OBSERVATION|FILE is missing'],
  ['npm run groundtruth -- audit --mode tset', '--mode is one of'],
  ['npm run groundtruth -- reconcile settle', 'WHAT is one of'],
  ['npm run groundtruth -- sanctions-import --csv SDN.CSV --to list.json', '--as-of is missing'],
] as const;

describe('a command in a document', () => {
  const commands = commandsOf(claimedBy('commands', allBlocks()));
  const wrong = WRONG.flatMap(([text]) => commandsOf(inMarkdown('p.md', `\`${text}\``)));
  let refusals: ReadonlyMap<string, string>;
  beforeAll(() => {
    refusals = refusalsBy([...commands, ...wrong].map(([, line]) => line));
  });

  it('is one that npm has a script for, or CI runs', () => {
    const faults = commands.map(([place, line]) => [place, line.text, faultOf(line)] as const);
    expect(faults.filter(([, , fault]) => fault !== null)).toEqual([]);
  });

  it('gives its program nothing that the program’s own parser does not know, nor too little', () => {
    const refused = commands.filter(([, { text }]) => refusals.has(text));
    expect(refused.map(([place, { text }]) => `${place}: ${text}: ${refusals.get(text)}`)).toEqual([]);
  });

  it.each(WRONG)('is refused when it is wrong: %s', (text, told) => {
    expect(refusals.get(text)).toContain(told);
  });
});

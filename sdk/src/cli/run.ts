import { UsageError, type Command, type Commands } from './command.js';
import { completion } from './completion.js';
import { EXIT } from './exit.js';
import { failureOf } from './failure.js';
import { helpOf, overview, USAGE, usageOf } from './help.js';
import { Output } from './output.js';
import { parse } from './parse.js';
import type { Terminal } from './terminal.js';

/** Runs one command line, writes what came of it, and answers the exit status. Never rejects. */
export async function runCli(commands: Commands, argv: readonly string[], terminal: Terminal): Promise<number> {
  const all = withCompletion(commands);
  const [name, ...rest] = argv[0] === 'help' ? [...argv.slice(1, 2), '--help'] : argv;
  const out = new Output(terminal, argv.includes('--json'));
  if (name === '--help') {
    out.show({ commands: all.map((one) => ({ name: one.name, summary: one.summary })) }, overview(all));
    return EXIT.ok;
  }
  if (name === undefined || name.startsWith('-')) {
    out.fail(failureOf(new UsageError('which command?'), terminal.signal).problem, overview(all));
    return EXIT.usage;
  }
  const command = all.find((one) => one.name === name);
  try {
    if (!command) throw new UsageError(`${name} is no command: groundtruth --help lists them`);
    return await runCommand(command, rest, terminal);
  } catch (error) {
    const { status, problem, lines } = failureOf(error, terminal.signal);
    const usage = error instanceof UsageError ? [`usage: ${command ? usageOf(command) : USAGE}`] : [];
    out.fail({ ...problem, exit_status: status }, [...lines, ...usage]);
    return status;
  }
}

/** Commands, and the one that completes their names, its own too. */
export function withCompletion(commands: Commands): Commands {
  const all: Commands = [...commands, completion(() => all)];
  return all;
}

/** Runs one command. @throws {UsageError} and whatever the command throws. */
export async function runCommand(command: Command, argv: readonly string[], terminal: Terminal): Promise<number> {
  const { args, options, json, help } = parse(command, argv);
  const out = new Output(terminal, json);
  if (help) {
    out.show({ name: command.name, usage: usageOf(command), options: command.options }, helpOf(command));
    return EXIT.ok;
  }
  // The table that typed the command is the one that parsed its options.
  return command.run({ args, options: options as never, terminal, out });
}

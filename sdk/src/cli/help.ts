import type { Argument, Command, Commands, Option } from './command.js';
import { EXIT } from './exit.js';
import type { Line } from './output.js';
import { COMMON } from './parse.js';

const PROGRAM = 'groundtruth';
/** Of the program, whichever command. */
export const USAGE = `${PROGRAM} COMMAND [--json] [--help]`;

/** What a command is called with, in one line. */
export function usageOf({ name, args, options }: Command): string {
  const words = Object.entries(options).map(([option, of]) => optionUsage(option, of));
  return [PROGRAM, name, ...args.map(argumentUsage), ...words, '[--json]'].join(' ');
}

/** `groundtruth COMMAND --help`. */
export function helpOf(command: Command): Line[] {
  const options = Object.entries({ ...command.options, ...COMMON } as Command['options']);
  return [
    `usage: ${usageOf(command)}`,
    '',
    command.summary,
    '',
    ...options.map(([name, option]) => [`  ${optionName(name, option)}`, aboutOf(option)]),
    ...(command.examples.length === 0 ? [] : ['', ...command.examples.map((example) => `  ${PROGRAM} ${example}`)]),
    '',
    `Exit statuses are ${Object.values(EXIT).join(', ')}: docs/cli.md.`,
  ];
}

/** `groundtruth` and `groundtruth --help`. */
export function overview(commands: Commands): Line[] {
  return [`usage: ${USAGE}`, '', ...commands.map(({ name, summary }) => [`  ${name}`, summary])];
}

/** An option as a person writes it. */
export const optionName = (name: string, { type, value, choices }: Option): string =>
  type === 'boolean' ? `--${name}` : `--${name} ${choices?.join('|') ?? value ?? 'VALUE'}`;

/** What it is for, what it is without it, and whether it may come more than once. */
export function aboutOf({ about, default: fallback, required, multiple }: Option): string {
  const more = [
    ...(required ? ['required'] : []),
    ...(fallback === undefined ? [] : [`${fallback} when left out`]),
    ...(multiple ? ['may be repeated'] : []),
  ];
  return more.length === 0 ? about : `${about} (${more.join('; ')})`;
}

export const argumentUsage = ({ name, optional, choices }: Argument): string => {
  const shown = choices?.join('|') ?? name;
  return optional ? `[${shown}]` : shown;
};

function optionUsage(name: string, option: Option): string {
  const shown = `${optionName(name, option)}${option.multiple ? '…' : ''}`;
  return option.required ? shown : `[${shown}]`;
}

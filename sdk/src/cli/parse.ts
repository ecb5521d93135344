import { parseArgs } from 'node:util';
import { UsageError, type Command, type Options } from './command.js';

/** Every command has them. */
export const COMMON = {
  json: { type: 'boolean', about: 'Print JSON for programs; errors are problem+json on standard error.' },
  help: { type: 'boolean', about: 'Say how it is used, and do nothing.' },
} as const satisfies Options;

export interface Parsed {
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
  readonly json: boolean;
  readonly help: boolean;
}

/** What was written after a command, by its tables. @throws {UsageError} naming what is wrong. */
export function parse(command: Command, argv: readonly string[]): Parsed {
  const { values, positionals } = parsed(command, argv);
  const { json, help, ...options } = values;
  if (help) return { args: [], options, json: json === true, help: true };
  const filled = Object.fromEntries(
    Object.keys(command.options).map((name) => [name, valueOf(command.options, name, options[name])]),
  );
  requireArguments(command, positionals);
  return { args: positionals, options: filled, json: json === true, help: false };
}

function parsed({ options }: Command, argv: readonly string[]) {
  const table = Object.entries({ ...options, ...COMMON } as Options).map(([name, { type, multiple = false }]) => [
    name,
    { type, multiple },
  ]);
  try {
    const config = Object.fromEntries(table) as Record<string, { type: 'string' | 'boolean'; multiple: boolean }>;
    return parseArgs({ args: [...argv], options: config, allowPositionals: true }) as {
      values: Record<string, string | boolean | string[] | undefined>;
      positionals: string[];
    };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function valueOf(options: Options, name: string, given: string | boolean | readonly string[] | undefined) {
  const { type, required, multiple, choices, default: fallback } = options[name]!;
  if (type === 'boolean') return given === true;
  const value = given ?? (multiple ? [] : fallback);
  if (value === undefined && required) throw new UsageError(`--${name} is missing`);
  for (const one of Array.isArray(value) ? (value as readonly string[]) : value === undefined ? [] : [value]) {
    if (choices && !choices.includes(one as string)) throw new UsageError(`--${name} is one of ${choices.join(', ')}`);
  }
  return value;
}

function requireArguments({ args }: Command, given: readonly string[]): void {
  const missing = args.find(({ optional }, i) => !optional && given[i] === undefined);
  if (missing) throw new UsageError(`${missing.name} is missing`);
  if (given.length > args.length) throw new UsageError(`what is ${given[args.length]} for?`);
  args.forEach(({ name, choices }, i) => {
    const value = given[i];
    if (value !== undefined && choices && !choices.includes(value))
      throw new UsageError(`${name} is one of ${choices.join(', ')}`);
  });
}

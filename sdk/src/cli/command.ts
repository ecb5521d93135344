import type { Output } from './output.js';
import type { Terminal } from './terminal.js';

/** One option. The table of a command is what its arguments are parsed by and what help, completion and docs/cli.md are made from. */
export interface Option {
  readonly type: 'string' | 'boolean';
  /** One sentence for a person. */
  readonly about: string;
  /** What stands for the value in usage; `FILE` and `FOLDER` are completed as paths. */
  readonly value?: string;
  /** The only values it takes. */
  readonly choices?: readonly string[];
  readonly default?: string;
  readonly required?: boolean;
  /** May be given more than once. */
  readonly multiple?: boolean;
}
export type Options = Readonly<Record<string, Option>>;

type ValueOf<O extends Option> = O extends { type: 'boolean' }
  ? boolean
  : O extends { multiple: true }
    ? readonly string[]
    : O extends { required: true } | { default: string }
      ? string
      : string | undefined;
/** What a command is given for its options. */
export type Values<O extends Options> = { readonly [K in keyof O]: ValueOf<O[K]> };

/** A word after the command that is no option. */
export interface Argument {
  readonly name: string;
  readonly optional?: boolean;
  readonly choices?: readonly string[];
  readonly file?: boolean;
}

export interface Invocation<O extends Options> {
  /** As many as the command names, optional ones at the end perhaps missing. */
  readonly args: readonly string[];
  readonly options: Values<O>;
  readonly terminal: Terminal;
  readonly out: Output;
}

/** One word after `groundtruth`. */
export interface Command<O extends Options = Options> {
  readonly name: string;
  /** One sentence: what it does, and what it changes. */
  readonly summary: string;
  readonly args: readonly Argument[];
  readonly options: O;
  /** Whole command lines for help. */
  readonly examples: readonly string[];
  /** Answers the exit status, one of `EXIT`. @throws {UsageError} for arguments it cannot use; whatever the SDK throws passes through. */
  run(invocation: Invocation<O>): Promise<number>;
}

/** Commands by the order in which help lists them. */
export type Commands = readonly Command[];

/** A command with its options typed by their table. */
export function command<const O extends Options>(definition: Command<O>): Command {
  return definition as unknown as Command;
}

/** The caller asked for something that cannot be done as asked: exit status 2, and the message is for a person. */
export class UsageError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UsageError';
  }
}

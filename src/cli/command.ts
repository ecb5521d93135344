/** Where a command runs: its arguments, its environment and where it writes. */
export interface CommandLine {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly write: (text: string) => void;
}

/** One word after `groundtruth`. Answers the exit status. @throws {UsageError} for arguments it cannot use. */
export interface Command {
  readonly usage: string;
  readonly summary: string;
  run(line: CommandLine): Promise<number>;
}

/** The caller asked for something that cannot be done as asked; exit status 2, and the message is for a person. */
export class UsageError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UsageError';
  }
}

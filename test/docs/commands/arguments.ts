import { COMMANDS, UsageError, withCompletion } from '@groundtruth/sdk/cli';
import { parse } from '../../../sdk/src/cli/parse.js';
import { together } from '../../../src/cli/server-commands.js';

const ALL = withCompletion(together(COMMANDS));

/**
 * What the table of a `groundtruth` command has against these words: a command that is none, options, missing and superfluous arguments,
 * values that are no choice. Null where it is nothing. A command alone names it (`npm run groundtruth -- verify`), and lacks nothing.
 */
export function argumentFault([name, ...args]: readonly string[]): string | null {
  const command = ALL.find((one) => one.name === name);
  if (!command) return `${name} is no command`;
  if (args.length === 0) return null;
  try {
    parse(command, args);
    return null;
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
}

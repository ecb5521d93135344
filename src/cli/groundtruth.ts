/** `npm run groundtruth -- COMMAND …`: the exchange from a terminal. */
import process from 'node:process';
import { UsageError, type Command } from './command.js';
import { proofOfReserves } from './reserves/proof-of-reserves.js';
import { verify } from './verify/verify.js';

const COMMANDS: Readonly<Record<string, Command>> = { verify, 'proof-of-reserves': proofOfReserves };
const USAGE_STATUS = 2;

async function main(): Promise<void> {
  const [name = '', ...args] = process.argv.slice(2);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) {
    process.stderr.write(`usage:\n${Object.values(COMMANDS).map(line).join('\n')}\n`);
    process.exitCode = USAGE_STATUS;
    return;
  }
  try {
    process.exitCode = await command.run({ args, env: process.env, write: (text) => void process.stdout.write(text) });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\nusage: ${command.usage}\n`);
    process.exitCode = USAGE_STATUS;
  }
}

const line = ({ usage, summary }: Command): string => `  ${usage}\n      ${summary}`;

await main();

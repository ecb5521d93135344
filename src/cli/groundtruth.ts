/** `npm run groundtruth -- COMMAND …`: the exchange from a terminal. */
import process from 'node:process';
import { UsageError, type Command } from './command.js';

/** Loaded only when asked for: one of them brings models, another a database. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  verify: async () => (await import('./verify/verify.js')).verify,
  audit: async () => (await import('./audit/audit.js')).audit,
  'proof-of-reserves': async () => (await import('./reserves/proof-of-reserves.js')).proofOfReserves,
  witness: async () => (await import('./witness/command.js')).witness,
  'sanctions-import': async () => (await import('./sanctions/import.js')).sanctionsImport,
  reconcile: async () => (await import('./reconcile/reconcile.js')).reconcile,
};
const USAGE_STATUS = 2;

async function main(): Promise<void> {
  const [name = '', ...args] = process.argv.slice(2);
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!load) {
    const all = await Promise.all(Object.values(COMMANDS).map((each) => each()));
    process.stderr.write(`usage:\n${all.map(line).join('\n')}\n`);
    process.exitCode = USAGE_STATUS;
    return;
  }
  const command = await load();
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

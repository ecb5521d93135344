/** `npm run groundtruth -- COMMAND …`: the exchange from a terminal, with what needs a clone. */
import process from 'node:process';
import { COMMANDS, processTerminal, runCli } from '@groundtruth/sdk/cli';
import { together } from './server-commands.js';

process.exitCode = await runCli(together(COMMANDS), process.argv.slice(2), processTerminal());

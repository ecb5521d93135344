#!/usr/bin/env node
/** `groundtruth`: the exchange from a terminal. */
import process from 'node:process';
import { COMMANDS } from './commands/index.js';
import { runCli } from './run.js';
import { processTerminal } from './process-terminal.js';

process.exitCode = await runCli(COMMANDS, process.argv.slice(2), processTerminal());

#!/usr/bin/env node
// Runs forge out of its npm package, wherever npm put it: `node contracts/forge.mjs build`.
import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The program of the package for this system. Its own shim always ends with status 0, so nothing run through it could fail. */
export function forgeProgram() {
  const name = `@foundry-rs/forge-${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
  const ours = createRequire(import.meta.url);
  try {
    const manifest = createRequire(ours.resolve('@foundry-rs/forge/package.json')).resolve(`${name}/package.json`);
    return join(dirname(manifest), ours(manifest).bin.forge);
  } catch (cause) {
    throw new Error(`${name} is not installed: run npm install`, { cause });
  }
}

if (realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const cwd = dirname(dirname(fileURLToPath(import.meta.url)));
  const { status, error } = spawnSync(forgeProgram(), process.argv.slice(2), { cwd, stdio: 'inherit' });
  if (error) throw error;
  process.exitCode = status ?? 1;
}

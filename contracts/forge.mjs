#!/usr/bin/env node
// forge, with its exit status: the launcher that comes with the npm package always ends with 0, so nothing run through it could fail.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const ARCH = { x64: 'amd64', arm64: 'arm64' };
const ROOT = join(import.meta.dirname, '..');

/** Runs forge in the project's root with this process's output. Answers its exit status. */
export function forge(args) {
  const platform = `@foundry-rs/forge-${process.platform}-${ARCH[process.arch]}`;
  const launcher = createRequire(import.meta.url).resolve('@foundry-rs/forge/package.json');
  const binary = createRequire(launcher).resolve(`${platform}/bin/forge${process.platform === 'win32' ? '.exe' : ''}`);
  const { status, error } = spawnSync(binary, args, { cwd: ROOT, stdio: 'inherit' });
  if (error) throw error;
  return status ?? 1;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) process.exitCode = forge(process.argv.slice(2));

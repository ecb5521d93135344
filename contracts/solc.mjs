#!/usr/bin/env node
// forge speaks to a native solc; this gives it the one from npm, so that nothing is downloaded.
import solc from 'solc';

const args = process.argv.slice(2);
if (args.includes('--version')) {
  const version = solc.version().replace('.Emscripten.clang', '.Linux.g++'); // the shape forge parses
  process.stdout.write(`solc, the solidity compiler commandline interface\nVersion: ${version}\n`);
} else if (args.includes('--standard-json')) {
  let input = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) input += chunk;
  process.stdout.write(solc.compile(input));
} else {
  process.stderr.write(`solc.mjs answers --version and --standard-json only, not: ${args.join(' ')}\n`);
  process.exitCode = 1;
}

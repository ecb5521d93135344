#!/usr/bin/env node
// Compiles the contracts and writes what TypeScript needs of them into sdk/src/abi; with --check only says what is stale, and fails.
// The set of sources is always the same and nothing is taken from a cache: the compiler's output may depend on both.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import prettier from 'prettier';
import { forgeProgram } from './forge.mjs';

const CONTRACTS = [
  'AuthorizationCollector',
  'BountyEscrow',
  'Distributor',
  'FeedChannel',
  'ObservationVerifier',
  'TestUSD',
];
/** What decides the output besides the sources: the rules, this file and the compilers' versions. */
const INPUTS = [
  'foundry.toml',
  '.prettierrc.json',
  'contracts/generate.mjs',
  'contracts/solc.mjs',
  ...['solc', '@foundry-rs/forge', '@openzeppelin/contracts', 'prettier'].map(
    (name) => `node_modules/${name}/package.json`,
  ),
];
const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const TARGET = join('sdk', 'src', 'abi');
/** Holds the hash of inputs and outputs that were last seen to agree, so that a check without a change does not compile. */
const AGREED = join(ROOT, '.forge', 'abi-agreed');
const HEADER = '// Generated from contracts/ by `npm run contracts:generate`. Do not edit.\n';

const words = (name) => name.match(/[A-Z]+(?![a-z])|[A-Z][a-z]+/g).map((word) => word.toLowerCase());
const kebab = (name) => words(name).join('-');
const camel = (name) =>
  words(name)
    .map((word, index) => (index === 0 ? word : word[0].toUpperCase() + word.slice(1)))
    .join('');

/** Paths of the contracts' sources below foundry.toml's `src`, wherever they lie in it, tests left out. */
function sourcesOf({ src, test }) {
  const files = filesBelow(src, '.sol').filter((file) => !file.startsWith(join(test, '/')));
  return CONTRACTS.map((name) => {
    const found = files.filter((file) => basename(file) === `${name}.sol`);
    if (found.length !== 1) throw new Error(`${found.length} files named ${name}.sol below ${src}, expected one`);
    return found[0];
  });
}

const filesBelow = (folder, ending) =>
  existsSync(join(ROOT, folder))
    ? readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith(ending))
        .map((file) => join(folder, file))
        .sort()
    : [];

const inputs = () => [...INPUTS, ...filesBelow('contracts', '.sol')];

function hashOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths) hash.update(`${path}\0`).update(readFileSync(join(ROOT, path)));
  return hash.digest('hex');
}

/** The artifact of each contract, by name. */
function compiled() {
  const forge = (...args) =>
    execFileSync(forgeProgram(), args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  const scratch = mkdtempSync(join(tmpdir(), 'groundtruth-abi-'));
  try {
    const places = ['--out', join(scratch, 'out'), '--cache-path', join(scratch, 'cache')];
    forge('build', '--force', '--quiet', ...places, ...sourcesOf(JSON.parse(forge('config', '--json'))));
    return CONTRACTS.map((name) => {
      const artifact = JSON.parse(readFileSync(join(scratch, 'out', `${name}.sol`, `${name}.json`), 'utf8'));
      return { name, abi: artifact.abi, bytecode: artifact.bytecode.object };
    });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function rendered() {
  const options = { ...(await prettier.resolveConfig(join(ROOT, 'package.json'))), parser: 'typescript' };
  const files = new Map();
  const add = async (file, text) => files.set(join(TARGET, file), await prettier.format(`${HEADER}\n${text}`, options));
  const contracts = compiled();
  for (const { name, abi, bytecode } of contracts) {
    if (!/^0x([0-9a-f]{2})+$/.test(bytecode)) throw new Error(`${name} has no creation code, or one to be linked`);
    await add(`${kebab(name)}.ts`, `export const ${camel(name)}Abi = ${JSON.stringify(abi)} as const;`);
    await add(
      join('bytecode', `${kebab(name)}.ts`),
      `/** Creation code, without constructor arguments. */\nexport const ${camel(name)}Bytecode = '${bytecode}' as const;`,
    );
  }
  const exporting = (suffix) =>
    contracts.map(({ name }) => `export { ${camel(name)}${suffix} } from './${kebab(name)}.js';`).join('\n');
  await add('index.ts', exporting('Abi'));
  await add(join('bytecode', 'index.ts'), exporting('Bytecode'));
  return files;
}

/** Files that nothing generates any more: those of a contract that was renamed. */
function leftOver(files) {
  return filesBelow(TARGET, '.ts').filter((file) => !file.endsWith('.spec.ts') && !files.has(file));
}

async function generate(checking) {
  const files = await rendered();
  for (const [path, text] of files) {
    const file = join(ROOT, path);
    if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
    if (checking) process.exitCode = 1;
    else {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    console.log(`${path} ${checking ? 'is stale: npm run contracts:generate' : 'written'}`);
  }
  for (const path of leftOver(files)) {
    if (checking) process.exitCode = 1;
    else rmSync(join(ROOT, path));
    console.log(`${path} ${checking ? 'is of no contract: npm run contracts:generate' : 'removed'}`);
  }
}

const checking = process.argv.includes('--check');
const before = hashOf(inputs());
const agreed = () => hashOf([...inputs(), ...filesBelow(TARGET, '.ts')]);
if (!checking || !existsSync(AGREED) || readFileSync(AGREED, 'utf8') !== agreed()) {
  await generate(checking);
  // Sources that changed while they were compiled agree with nothing.
  if (process.exitCode !== 1 && hashOf(inputs()) === before) {
    mkdirSync(dirname(AGREED), { recursive: true });
    writeFileSync(AGREED, agreed());
  }
}

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** What npm's packages of anvil call the machines that Node names otherwise. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64' };

/**
 * The program of the package `@foundry-rs/anvil-<os>-<arch>`, which npm installs beside `@foundry-rs/anvil` on the systems it knows.
 * @throws {Error} when it is not installed for this system, saying what to do.
 */
export function anvilProgram(platform: string = process.platform, arch: string = process.arch): string {
  const name = `@foundry-rs/anvil-${platform}-${ARCHITECTURES[arch] ?? arch}`;
  try {
    const ours = createRequire(import.meta.url);
    const manifest = createRequire(ours.resolve('@foundry-rs/anvil/package.json')).resolve(`${name}/package.json`);
    const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: { anvil: string } };
    const program = join(dirname(manifest), bin.anvil);
    if (!existsSync(program)) throw new Error(`${program} is missing`);
    return program;
  } catch (cause) {
    throw new Error(`${name} is not installed: run npm install, or set CHAIN_RPC_URL to a chain of your own`, {
      cause,
    });
  }
}

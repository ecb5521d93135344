import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');
const IMPORT = /^(?:import|export)\s+(?!type\b)(?:[^'";]*?\bfrom\s+)?'([^']+)'|\b(?:import|require)\(\s*'([^']+)'/gm;

describe('what the releaser is made of', () => {
  const { files, outside } = closure(programs());

  it('is no media code, and nothing of the verifier or of a domain', () => {
    expect(files).toEqual(expect.arrayContaining(['workers/releaser/main.ts', 'sdk/src/protocol/escrow.ts']));
    const folders = [...new Set(files.map((file) => file.split('/').slice(0, 2).join('/')))];
    const allowed = ['migrations', 'sdk/src', 'src/kernel', 'src/platform', 'workers/releaser'];
    expect(folders.filter((folder) => !allowed.some((one) => folder.startsWith(one)))).toEqual([]);
  });

  it('are packages that open no media', () => {
    const packages = outside.filter((name) => !name.startsWith('node:')).sort();
    // h3-js: two migrations put rows that were there before into cells; it is arithmetic.
    expect(packages).toEqual(['h3-js', 'pg', 'pino', 'prom-client', 'typeorm', 'viem', 'zod']);
  });

  it('opens no port and starts no process', () => {
    const forbidden = ['node:http', 'node:https', 'node:http2', 'node:net', 'node:dgram', 'node:child_process'];
    expect(outside.filter((name) => forbidden.includes(name))).toEqual([]);
  });
});

function programs(): string[] {
  return readdirSync(__dirname)
    .filter((name) => name.endsWith('.ts') && !/\.(spec|fixture)\.ts$/.test(name))
    .map((name) => join(__dirname, name));
}

/** Our files that run when these do, and the packages and Node modules that those import. */
function closure(start: readonly string[]): { files: string[]; outside: string[] } {
  const seen = new Set<string>();
  const outside = new Set<string>();
  const waiting = [...start];
  for (let file = waiting.pop(); file; file = waiting.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    for (const [, from, asked] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
      const name = (from ?? asked)!;
      const ours = fileOf(name, file);
      if (ours) waiting.push(ours);
      else outside.add(name.startsWith('@') ? name.split('/').slice(0, 2).join('/') : name.replace(/(?<!:)\/.*/, ''));
    }
  }
  return { files: [...seen].map((file) => relative(ROOT, file)).sort(), outside: [...outside] };
}

function fileOf(name: string, from: string): string | null {
  const sdk = /^@groundtruth\/sdk\/(.+)$/.exec(name)?.[1];
  if (sdk) return join(ROOT, 'sdk/src', sdk, 'index.ts');
  if (!name.startsWith('.')) return null;
  const file = resolve(dirname(from), name.replace(/\.js$/, '.ts'));
  if (!existsSync(file)) throw new Error(`${from} imports ${name}, which is not there`);
  return file;
}

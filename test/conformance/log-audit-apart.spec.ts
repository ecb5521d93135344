import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const ROOT = process.cwd();
const SDK = join(ROOT, 'sdk/src');
/** Fetches for an audit and believes nothing of it; everything else there decides. */
const FETCHES = 'http-source.ts';

describe('the audit of the log', () => {
  it('shares no module of ours with the code that makes and serves the log', () => {
    const audit = reached(
      ownIn(join(SDK, 'feeds/audit')).filter((file) => !file.endsWith(FETCHES) && !file.endsWith('/index.ts')),
    );
    const server = reached(ownIn(join(ROOT, 'src/transparency')));
    expect(audit.files.filter((file) => server.files.includes(file))).toEqual([]);
    // What is left is hashing and curves of packages, which have tests and auditors of their own.
    expect(audit.packages).toEqual(['viem']);
    expect(server.files).toContain('sdk/src/protocol/merkle.ts');
    expect(audit.files).toContain('sdk/src/feeds/audit/tree.ts');
  });
});

function ownIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && !/\.(spec|fixture)\.ts$/.test(file))
    .map((file) => join(folder, file));
}

/** Everything that these files load when they run, types left out: files of this repository, and packages. */
function reached(from: readonly string[]): { files: string[]; packages: string[] } {
  const [files, packages, waiting] = [new Set<string>(), new Set<string>(), [...from]];
  for (let file = waiting.pop(); file; file = waiting.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    for (const name of loadedBy(readFileSync(file, 'utf8'))) {
      const own = fileOf(name, file);
      if (own) waiting.push(own);
      else packages.add(name);
    }
  }
  return { files: [...files].map((file) => relative(ROOT, file)).sort(), packages: [...packages].sort() };
}

function loadedBy(source: string): string[] {
  return [...source.matchAll(/^(?:import|export) (?!type )(?:[^;]*? from )?'([^']+)'/gms)].map(([, name]) => name!);
}

function fileOf(name: string, from: string): string | null {
  if (name.startsWith('.')) return join(dirname(from), name.replace(/\.js$/, '.ts'));
  const [, part] = /^@groundtruth\/sdk\/(.+)$/.exec(name) ?? [];
  return part ? join(SDK, part, 'index.ts') : null;
}

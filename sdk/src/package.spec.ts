import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import * as abi from './abi/index.js';
import * as bytecode from './abi/bytecode/index.js';
import * as agent from './agent/index.js';
import * as contributor from './contributor/index.js';
import * as feeds from './feeds/index.js';

const SOURCE = join(process.cwd(), 'sdk', 'src');
const WRITTEN = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !/\.(spec|fixture)\.ts$/.test(file),
);
/** The command line is a program for Node, not an entrance. */
const CLI = `cli${sep}`;
/** The one entrance that needs a package of its own: an optional peer. */
const MCP = `mcp${sep}`;
const PUBLISHED = WRITTEN.filter((file) => !file.startsWith(CLI));
const textOf = (file: string) => readFileSync(join(SOURCE, file), 'utf8');
/** Without its comments: what an `@example` imports or asks is its reader's, not ours. */
const codeOf = (file: string) => textOf(file).replace(/^[ \t]*(?:\/\*[\s\S]*?\*\/|\/\/.*$)/gm, '');
/** Modules a file imports or re-exports from. */
const importsOf = (file: string) =>
  [...codeOf(file).matchAll(/(?<!')(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, name]) => name!);

describe('the published package', () => {
  it('has something to look at', () => {
    expect(PUBLISHED.length).toBeGreaterThan(30);
    expect(importsOf(join('feeds', 'verify.ts'))).toContain('viem');
  });

  it('runs in a browser: it imports nothing but zod, viem and itself', () => {
    const rest = PUBLISHED.filter((file) => !file.startsWith(MCP));
    const foreign = rest
      .flatMap(importsOf)
      .filter((name) => !name.startsWith('.') && name !== 'zod' && name !== 'viem');
    expect(foreign).toEqual([]);
    const tools = PUBLISHED.filter((file) => file.startsWith(MCP)).flatMap(importsOf);
    expect(tools.filter((name) => !/^(?:\.|zod$|@modelcontextprotocol\/server(?:\/stdio)?$)/.test(name))).toEqual([]);
  });

  it('keeps the command line apart: no entrance reaches it', () => {
    expect(WRITTEN.filter((file) => file.startsWith(CLI)).length).toBeGreaterThan(10);
    expect(PUBLISHED.flatMap(importsOf).filter((name) => /\bcli\//.test(name))).toEqual([]);
  });

  it('uses nothing that only Node has', () => {
    const nodeOnly = /\b(?:Buffer|process|require|__dirname|setImmediate)\b(?!')/;
    const code = (file: string) => codeOf(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*$|'(?:[^'\\\n]|\\.)*'|`[^`]*`/gm, '');
    expect(PUBLISHED.filter((file) => nodeOnly.test(code(file)))).toEqual([]);
  });

  it('looks at clocks and sets timers in one file alone', () => {
    const clock = /Date\.now|new Date\(\)|setTimeout|setInterval|performance\.|Math\.random/;
    expect(WRITTEN.filter((file) => clock.test(codeOf(file)))).toEqual([join('http', 'timing.ts')]);
  });

  it('has no default export', () => {
    expect(WRITTEN.filter((file) => /export default|export \{[^}]*\bas default\b/.test(codeOf(file)))).toEqual([]);
  });

  it('carries creation code only where it is asked for', () => {
    const outside = PUBLISHED.filter((file) => !file.startsWith(join('abi', 'bytecode')));
    expect(outside.filter((file) => importsOf(file).some((name) => name.includes('bytecode')))).toEqual([]);
    expect(Object.keys(bytecode)).toHaveLength(Object.keys(abi).length);
    expect(Object.values(abi).every((entries) => Array.isArray(entries))).toBe(true);
  });

  it('shows the same errors from every entrance, so that instanceof holds', () => {
    expect(contributor.ProblemError).toBe(agent.ProblemError);
    expect(feeds.ProblemError).toBe(agent.ProblemError);
  });

  it('gives the file of every public function and class an example, errors apart', () => {
    const named = new Map(
      Object.entries({ ...agent, ...contributor, ...feeds } as Record<string, unknown>).filter(
        ([, value]) => typeof value === 'function' && !(value.prototype instanceof Error),
      ),
    );
    const doors = PUBLISHED.filter((file) => /^(agent|contributor|feeds|http)[\\/]/.test(file));
    const homes = doors.flatMap((file) => {
      const made = [...textOf(file).matchAll(/^export (?:async )?(?:function\*?|class|const) (\w+)/gm)];
      return made.filter(([, name]) => named.has(name!)).map(([, name]) => ({ file, name: name! }));
    });
    expect(homes.length).toBeGreaterThan(20);
    const bare = homes.filter(({ file }) => !textOf(file).includes('@example'));
    expect(bare).toEqual([]);
  });
});

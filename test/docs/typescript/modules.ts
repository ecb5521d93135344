import { where, type Block } from '../blocks.js';
import { freeNames } from './names.js';

/** An example as a module of its own. */
export interface ExampleModule {
  readonly block: Block;
  /** Of the virtual file, relative to the repository. */
  readonly file: string;
  readonly source: string;
  /** Lines of `source` before the example's first. */
  readonly header: number;
  /** Names of the world that it uses. */
  readonly fixtures: readonly string[];
}

/** What an example has in scope without saying so: names of the world, by name of their type in `world.ts`, and the exports of modules. */
export interface Scope {
  readonly world: ReadonlySet<string>;
  /** The exports of an entrance of the SDK, or of the file of the docstring itself. */
  exportsOf(specifier: string): ReadonlySet<string>;
}

const ENTRANCES = ['agent', 'contributor', 'contributor/c2pa', 'feeds', 'protocol', 'abi', 'mcp'];
const WORLD = './typescript/world.js';

/**
 * A docstring's example need not import what everybody sees it needs: the SDK is in scope. In a document the reader sees no file around it,
 * but a page shows its imports once, so there it is the same.
 */
export function moduleOf(block: Block, number: number, { world, exportsOf }: Scope): ExampleModule {
  const free = freeNames(block.text);
  const isSource = block.file.endsWith('.ts');
  const own = isSource ? [`../../${block.file.replace(/\.ts$/, '.js')}`] : [];
  const imports = [...own, ...ENTRANCES.map((name) => `@groundtruth/sdk/${name}`)].flatMap((specifier) => {
    const names = [...exportsOf(specifier)].filter((name) => free.delete(name));
    return names.length ? [`import { ${names.join(', ')} } from '${specifier}';`] : [];
  });
  const fixtures = [...free].filter((name) => world.has(name));
  const declared = fixtures.map((name) => `declare let ${name}: import('${WORLD}').World['${name}'];`);
  const header = [`// ${where(block)}`, ...imports, ...declared];
  const source = `${header.join('\n')}\n${block.text}\nexport {};\n`;
  return { block, file: `test/docs/example-${number}.ts`, source, header: header.length, fixtures };
}

import { allBlocks, inDocstrings, inMarkdown } from './blocks.js';
import { claimedBy, RUNNERS, unclaimed, type Runner } from './claims.js';

const BLOCKS = allBlocks();

describe('an example', () => {
  it('is run by exactly one runner, wherever it stands', () => {
    expect(BLOCKS.map(unclaimed).filter((advice) => advice !== null)).toEqual([]);
  });

  it('is there for every runner', () => {
    const bare = (Object.keys(RUNNERS) as Runner[]).filter((runner) => claimedBy(runner, BLOCKS).length === 0);
    expect(bare).toEqual([]);
  });

  it.each([
    ['```json\n{}\n```\n', 'nothing is named that reads it'],
    ['```json nonsense\n{}\n```\n', 'nothing reads a nonsense'],
    ['```\na ─► b\n```\n', 'a picture: name the file in PICTURES'],
    ['```python\nprint(1)\n```\n', 'name a language that is run'],
  ])('that nobody runs says how to be run: %j', (text, advice) => {
    expect(inMarkdown('docs/new.md', text).map(unclaimed)).toEqual([expect.stringContaining(advice)]);
  });

  it('is found in fences of any depth, in running text and in docstrings, with the line it starts at', () => {
    const page = 'One `npm run x -- --y`.\n\n- a list\n\n  ```ts\n  a();\n  ```\n';
    expect(inMarkdown('p.md', page)).toMatchObject([
      { language: 'ts', line: 6, text: '  a();\n' },
      { language: 'command', line: 1, text: 'npm run x -- --y' },
    ]);
    const source =
      '/**\n * Adds.\n *\n * @example\n * add(1); // → 1\n * @returns it\n */\nexport const add = (a: number) => a;\n';
    expect(inDocstrings('p.ts', source)).toMatchObject([{ line: 4, text: '\nadd(1); // → 1\n' }]);
  });
});

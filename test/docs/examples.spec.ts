import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { allBlocks, inMarkdown, where } from './blocks.js';
import { claimedBy } from './claims.js';
import { factsIn } from './problem-pages.js';
import { PROVOKED, refusalOf } from './provoked.js';
import { faultsOf } from './typescript/check.js';
import { moduleOf, type ExampleModule } from './typescript/modules.js';
import { FIXTURES, needOf, run } from './typescript/run.js';
import { openStage, type Stage } from './typescript/stage.js';

const world = new Set(Object.keys(FIXTURES));
/** Through Jest, which finds the SDK’s sources. */
const exportsOf = (specifier: string): Set<string> => {
  const path = specifier.startsWith('.') ? resolve(__dirname, specifier.replace(/\.js$/, '')) : specifier;
  return new Set(Object.keys(require(path) as object));
};
const scope = { world, exportsOf };
const examples = claimedBy('examples', allBlocks()).map((block, number) => moduleOf(block, number, scope));
const exampleOf = (text: string) => moduleOf(inMarkdown('p.md', `\`\`\`ts\n${text}\n\`\`\`\n`)[0]!, examples.length, scope); // prettier-ignore

/** What moves the market’s clock comes after all that goes by the machine’s. */
const clockLast = (one: ExampleModule, other: ExampleModule): number =>
  Number(movesClock(one)) - Number(movesClock(other));
const movesClock = ({ block }: ExampleModule): boolean => block.text.includes('clock.advance(');

describe('an example', () => {
  it('type-checks wherever it stands, and one that names what is not there does not', () => {
    const wrong = exampleOf('await agent.bounties.get(bounty.id);\nawait agent.bounties.fetch(bounty.id);');
    expect(faultsOf([...examples, wrong])).toEqual([
      expect.stringMatching(/^p\.md:3: Property 'fetch' does not exist/),
    ]);
  });
});

describe('on a running market', () => {
  let stage: Stage;
  beforeAll(async () => (stage = await openStage()));
  afterAll(() => stage?.end());

  it.each([
    ["parseAmount('1'); // → 2n", 'Expected: 2n'],
    [`await agent.bounties.get('bty_${'0'.repeat(32)}');`, 'not_found'],
  ])('an example that is wrong fails: %s', async (text, told) => {
    await expect(run(exampleOf(text), stage, require)).rejects.toThrow(told);
  });

  it.each(Object.entries(PROVOKED))('the page of %s shows what is answered', async (code, provoke) => {
    const [, page] = inMarkdown(`docs/errors/${code}.md`, readFileSync(`docs/errors/${code}.md`, 'utf8'));
    const { facts, ...refusal } = await refusalOf(provoke(needOf(stage)));
    expect({ ...refusal, facts: facts.sort() }).toEqual({ code, facts: factsIn(JSON.parse(page!.text) as object).sort() }); // prettier-ignore
  });

  it.each(examples.toSorted(clockLast).map((example) => [where(example.block), example] as const))(
    '%s runs',
    async (_, example) => {
      await run(example, stage, require);
    },
  );
});

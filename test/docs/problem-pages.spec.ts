import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { PROBLEMS, type ProblemCode } from '@groundtruth/sdk/protocol';
import { z } from 'zod';
import { allBlocks, where, type Block } from './blocks.js';
import { claimedBy } from './claims.js';
import { PROVOKED } from './provoked.js';
import { factsFault, factsIn, refusingSites, testTexts } from './problem-pages.js';

const CODES = Object.keys(PROBLEMS) as ProblemCode[];
const { components } = JSON.parse(readFileSync('sdk/openapi.json', 'utf8')) as {
  components: { schemas: { Problem: Parameters<typeof z.fromJSONSchema>[0] } };
};
const problemSchema = z.fromJSONSchema(components.schemas.Problem);
const blocks = claimedBy('problem-pages', allBlocks());
const codeOf = ({ file }: Block) => basename(file, '.md') as ProblemCode;
const sites = refusingSites();

describe('the answer that the page of a problem shows', () => {
  it('is there for every code, head and body', () => {
    for (const language of ['http', 'json'])
      expect(blocks.filter((block) => block.language === language).map(codeOf).sort()).toEqual(CODES.toSorted()); // prettier-ignore
  });

  it.each(blocks.filter(({ language }) => language === 'http').map((block) => [where(block), block] as const))(
    '%s has the status of its code, and a problem document’s type',
    (_, block) => {
      const [start, ...headers] = block.text.trim().split('\n');
      expect(start).toBe(`HTTP/1.1 ${PROBLEMS[codeOf(block)].status}`);
      expect(headers).toContain('Content-Type: application/problem+json');
      expect(headers.filter((header) => !/^[A-Za-z-]+: \S/.test(header))).toEqual([]);
    },
  );

  it.each(blocks.filter(({ language }) => language === 'json').map((block) => [where(block), block] as const))(
    '%s is a problem document, with the facts that the code adds',
    (_, block) => {
      const document = JSON.parse(block.text) as object;
      const code = codeOf(block);
      const { status, title, retry } = PROBLEMS[code];
      expect(problemSchema.safeParse(document).error?.issues ?? []).toEqual([]);
      expect(document).toMatchObject({ code, status, title, retry });
      expect(factsFault(factsIn(document), sites.get(code) ?? [])).toBeNull();
    },
  );

  it('is of a code that some test provokes', () => {
    const texts = testTexts();
    const named = (code: string) => texts.some((text) => new RegExp(`'(\\d{3} )?${code}'`).test(text));
    expect(CODES.filter((code) => !(code in PROVOKED) && !named(code))).toEqual([]);
  });
});

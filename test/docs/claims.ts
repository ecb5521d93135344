import { where, type Block } from './blocks.js';
import { READERS } from './json.js';

/** Pictures: a program draws or a person reads them, nothing can run them. By file, with what else holds them. */
const PICTURES: Readonly<Record<string, string>> = {
  'README.md': 'the life of a bounty: test/e2e/capture-to-payout',
  'docs/architecture.md': 'the processes: npm run check:imports and the start of every market in test/e2e',
  'docs/lifecycles.md': 'generated from the transition tables, npm run generate -- --check',
  'docs/reputation.md': 'the formulas: src/reputation/reputation.rules.spec.ts',
  'docs/sortition.md': 'the messages of a draw: test/simulation/sortition.spec.ts',
  'docs/value-at-risk.md': 'the formula: src/feeds/observations/value-at-risk.spec.ts',
};

/** Who runs an example, by the name of the spec; every block has exactly one. */
export const RUNNERS = {
  examples: ({ language }: Block) => ['ts', 'js'].includes(language),
  commands: ({ language }: Block) => ['sh', 'bash', 'command'].includes(language),
  'problem-pages': ({ language, file }: Block) => isProblemPage(file) && ['http', 'json'].includes(language),
  json: ({ language, file, info }: Block) => language === 'json' && !isProblemPage(file) && info in READERS,
  pictures: ({ language, file }: Block) => ['mermaid', 'text', ''].includes(language) && file in PICTURES,
} as const satisfies Record<string, (block: Block) => boolean>;

export type Runner = keyof typeof RUNNERS;

export const claimedBy = (runner: Runner, blocks: readonly Block[]): Block[] => blocks.filter(RUNNERS[runner]);

/** What to do about a block that no runner takes; null for one that exactly one takes. */
export function unclaimed(block: Block): string | null {
  const count = Object.values(RUNNERS).filter((takes) => takes(block)).length;
  return count === 1 ? null : `${where(block)} (${block.language || 'no language'}): ${adviceFor(block)}`;
}

function adviceFor({ language, info }: Block): string {
  if (language === 'json') {
    const said = info ? `nothing reads a ${info}` : 'nothing is named that reads it';
    return `${said}: write the name after the fence, as in \`\`\`json bounty; one of ${Object.keys(READERS).join(', ')}, or a new one in test/docs/json.ts`;
  }
  if (['text', 'mermaid', ''].includes(language))
    return 'a picture: name the file in PICTURES of test/docs/claims.ts, with what else holds it; output of a command belongs into a comment of the command';
  return 'name a language that is run (ts, js, sh, json), or give test/docs/claims.ts a runner for it';
}

const isProblemPage = (file: string): boolean => file.startsWith('docs/errors/');

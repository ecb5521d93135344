import { PROBLEMS } from '@groundtruth/sdk/protocol';
import { withLinksFromRoot, type Doc } from './docs.js';

/** What somebody who uses the market reads first, in this order; every other page for users follows by its name. */
const FIRST = [
  'docs/glossary.md',
  'docs/quotes.md',
  'docs/prices.md',
  'docs/market.md',
  'docs/feeds.md',
  'docs/reads.md',
  'docs/webhooks.md',
  'docs/log.md',
];
/** For who runs an instance or changes the code. Each is at its own address. */
const NOT_FOR_USERS =
  /^docs\/(adr|models|errors)\/|^docs\/(architecture|chaos|configuration|flakes|invariants|market-simulation|performance|releaser|runbook|stripe-simulator|verification-failures)\.md$/;

/** Pages for users in the order of `/llms-full.txt`. */
export function userDocs(docs: ReadonlyMap<string, Doc>): readonly Doc[] {
  const users = [...docs.values()].filter(({ path }) => path.startsWith('docs/') && !NOT_FOR_USERS.test(path));
  const rank = ({ path }: Doc) => (FIRST.includes(path) ? FIRST.indexOf(path) : FIRST.length);
  return users.toSorted((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1));
}

/** `/llms-full.txt`: the start page, the codes of refusals, then every page for users, each under its own address. */
export function fullText(start: string, docs: ReadonlyMap<string, Doc>): string {
  const pages = userDocs(docs);
  const list = [
    `- /llms.txt, ${bytes(start)} bytes`,
    ...pages.map(({ path, text }) => `- /${path}, ${bytes(text)} bytes`),
  ];
  const codes = Object.entries(PROBLEMS).map(
    ([code, { status, retry, title }]) => `- \`${code}\` ${status}, ${retry}: ${title}`,
  );
  return [
    '# Groundtruth, all of it that a user needs',
    `In this order, each also at its own address; the rest is listed at /docs.\n\n${list.join('\n')}`,
    `# Refusals\n\nEach has a page at /docs/errors/<code>.md.\n\n${codes.join('\n')}`,
    section({ path: 'llms.txt', title: '', text: start }),
    ...pages.map(section),
  ].join('\n\n');
}

const bytes = (text: string): number => Buffer.byteLength(text);
const section = (doc: Doc): string => `<!-- /${doc.path} -->\n\n${withLinksFromRoot(doc).trim()}`;

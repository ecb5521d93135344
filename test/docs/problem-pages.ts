import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** What every problem document may have; all else are facts of its code. */
const STANDARD = new Set(['type', 'title', 'status', 'detail', 'code', 'retry', 'request_id']);

/** One place in the code that refuses: the members it adds, and whether it may add others that only show when it runs. */
interface Site {
  readonly members: ReadonlySet<string>;
  readonly open: boolean;
}

export const factsIn = (document: object): string[] => Object.keys(document).filter((name) => !STANDARD.has(name));

/** Null when some place that refuses with this code adds just these facts; else what the places add. Codes only computed are not judged. */
export function factsFault(facts: readonly string[], sites: readonly Site[]): string | null {
  if (sites.length === 0) return null;
  const fits = ({ members, open }: Site): boolean =>
    [...members].every((name) => facts.includes(name)) && (open || facts.every((name) => members.has(name)));
  if (sites.some(fits)) return null;
  return `it shows ${facts.join(', ') || 'no fact'}, the code adds ${sites.map(told).join(' or ')}`;
}

const told = ({ members, open }: Site): string => [...members, ...(open ? ['…'] : [])].join(', ') || 'none';

/** Every `new DomainError('code', …)` of the server, by code. */
export function refusingSites(): ReadonlyMap<string, Site[]> {
  const sites = new Map<string, Site[]>();
  for (const file of sourcesIn('src')) {
    const text = readFileSync(file, 'utf8');
    if (!text.includes('new DomainError(')) continue;
    const visit = (node: ts.Node): void => {
      if (ts.isNewExpression(node) && node.expression.getText() === 'DomainError') {
        const [code, , facts] = node.arguments!;
        if (code && ts.isStringLiteral(code)) sites.set(code.text, [...(sites.get(code.text) ?? []), siteOf(facts)]);
      }
      ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  }
  return sites;
}

function siteOf(facts: ts.Expression | undefined): Site {
  if (!facts) return { members: new Set(), open: false };
  if (!ts.isObjectLiteralExpression(facts)) return { members: new Set(), open: true };
  const named = facts.properties.filter((member) => !ts.isSpreadAssignment(member));
  return { members: new Set(named.map(({ name }) => name!.getText())), open: named.length < facts.properties.length };
}

/** The texts of all tests: a refusal counts as provoked by one that names it, alone or after its status. */
export const testTexts = (): string[] =>
  ['src', 'workers', 'sdk/src', 'test']
    .flatMap((folder) => filesIn(folder))
    .filter((file) => /\.(spec|e2e|long)\.ts$/.test(file))
    .map((file) => readFileSync(file, 'utf8'));

const sourcesIn = (folder: string): string[] =>
  filesIn(folder).filter((file) => file.endsWith('.ts') && !/\.(spec|fixture)\.ts$/.test(file));

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesIn(path) : [path];
  });

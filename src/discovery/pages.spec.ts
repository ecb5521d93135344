import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PROBLEMS, ROUTES, type ProblemCode, type Route } from '@groundtruth/sdk/protocol';
import { projectRoot } from '../platform/project-root.js';
import { readPages } from './pages.js';

const CODES = Object.keys(PROBLEMS) as ProblemCode[];
const ROUTE_LIST: Route[] = Object.values(ROUTES);
const PAGES = readPages();

const errorPage = (name: string): string | null => PAGES.get(join('docs/errors', name))?.text ?? null;
const pageOf = (code: ProblemCode): string => errorPage(`${code}.md`)!;
const llmsText = (): string => PAGES.get('llms.txt')!.text;
const exampleOf = (code: ProblemCode) =>
  JSON.parse(/```json\n([\s\S]*?)```/.exec(pageOf(code))![1]!) as Record<string, unknown>;

describe('the page of a problem', () => {
  it('is there for every code, and every page is of a code', () => {
    const pages = readdirSync(join(projectRoot(), 'docs', 'errors')).sort();
    expect(pages).toEqual(CODES.map((code) => `${code}.md`).sort());
  });

  it.each(CODES)(
    '%s says what it means, when it occurs and what to do, with an example that agrees with the catalogue',
    (code) => {
      const { status, title, retry } = PROBLEMS[code];
      const page = pageOf(code);
      for (const heading of ['# ' + code, '## What it means', '## When it occurs', '## What to do', '## Example']) {
        expect(page.split('\n')).toContain(heading);
      }
      expect(page).toContain(`Status ${status} · \`retry: ${retry}\``);
      expect(page).toContain(`${title}.`);
      expect(exampleOf(code)).toMatchObject({ code, status, title, retry, request_id: expect.stringMatching(/^req_/) });
      expect(String(exampleOf(code).type)).toMatch(new RegExp(`/docs/errors/${code}\\.md$`));
    },
  );

  it.each(CODES)('%s names every route that says it may answer so', (code) => {
    // What nearly every route with an id answers is not listed route by route.
    const routes = code === 'not_found' ? [] : ROUTE_LIST.filter(({ errors }) => errors.includes(code));
    const missing = routes
      .map(({ method, path }) => `${method} ${path}`)
      .filter((route) => !pageOf(code).includes(`\`${route}\``));
    expect(missing).toEqual([]);
  });

  it.each(CODES)('%s links only to pages that exist, and to routes that exist', (code) => {
    const links = [...pageOf(code).matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target!);
    expect(links.filter((target) => errorPage(target) === null)).toEqual([]);
    const routes = [...pageOf(code).matchAll(/`(GET|POST|PATCH|DELETE) (\/v1\/[^`?]*)[^`]*`/g)];
    const unknown = routes.filter(
      ([, method, path]) => !ROUTE_LIST.some((route) => route.method === method && route.path === path),
    );
    expect(unknown.map(([text]) => text)).toEqual([]);
  });
});

describe('the start page', () => {
  it('fits into 5 KB', () => {
    expect(Buffer.byteLength(llmsText())).toBeLessThanOrEqual(5_000);
  });

  it('names only routes that exist', () => {
    const named = [...llmsText().matchAll(/`(GET|POST|DELETE) (\/[^`?\s]*)/g)].map(
      ([, method, path]) => `${method} ${path}`,
    );
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter((route) => !ROUTE_LIST.some(({ method, path }) => route === `${method} ${path}`))).toEqual([]);
    const pages = [...llmsText().matchAll(/\/docs(?:\/[a-z0-9/_-]+\.md)?|\/llms-full\.txt/g)].map(([path]) =>
      path.slice(1),
    );
    expect(pages.filter((path) => !PAGES.has(path))).toEqual([]);
  });

  it('leads through every step from registration to the paid observation', () => {
    const steps = ['create_agent', 'add_sandbox_credit', 'create_simulation', 'quote_bounty', 'create_bounty', 'get_bounty', 'create_contributor', 'create_device', 'search_bounties', 'create_reservation', 'create_seal', 'create_capture', 'submit_capture', 'get_capture', 'get_verdict', 'get_balance', 'list_observations', 'read_observation', 'get_keys'] as const; // prettier-ignore
    const missing = steps.filter((name) => !llmsText().includes(`${ROUTES[name].method} ${ROUTES[name].path}`));
    expect(missing).toEqual([]);
  });
});

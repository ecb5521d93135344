import { COMMANDS, runCli } from '@groundtruth/sdk/cli';
import { EVIDENCE_FORMATS, ROUTES, type Route, type RouteName } from '@groundtruth/sdk/protocol';
import { watchedTerminal } from '../../../sdk/src/cli/terminal.fixture.js';
import { MARKER } from '../../support/injections.js';
import { callTool, connectTools } from '../../support/mcp.js';
import { COARSE_CELL } from '../../support/published.js';
import { Escaped, split, textsIn, type Visitor } from './visitor.js';

/** What neither a terminal nor a model may be shown as it is. */
const HIDING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/u;
/** Of one kind, at most so many are looked at one by one; lists are walked to their end. */
const SINGLE_MAX = 6;

export interface Scene {
  readonly visitor: Visitor;
  readonly ids: Readonly<Record<string, readonly string[]>>;
  /** API keys by who they are of; undefined: nobody's. */
  readonly viewers: Readonly<Record<string, string | undefined>>;
}

/** What a route is asked with besides a page. */
const QUERIES: Partial<Record<RouteName, readonly Record<string, string>[]>> = {
  search_bounties: [{ mine: 'true' }, { near: '32.7448,129.8737' }],
  observation_evidence: EVIDENCE_FORMATS.map((format) => ({ format })),
  get_book: [{ cell: COARSE_CELL }],
  list_prices: [{ cell: COARSE_CELL }],
  get_leaderboard: [{ cell: COARSE_CELL }],
  list_policy_decisions: [{ subject: 'zq' }],
};

/** Every GET of the table, by everybody: lists to their end, others for each id that could stand in them. */
export async function readsAll({ visitor, ids, viewers }: Scene): Promise<void> {
  for (const [name, route] of Object.entries(ROUTES) as [RouteName, Route][]) {
    if (route.method !== 'GET' || route.content === 'text/event-stream') continue;
    const there = route.path.includes('/:') ? (ids[route.path.split('/')[2]!] ?? []).slice(-SINGLE_MAX) : [''];
    await Promise.all(
      Object.values(viewers).map(async (by) => {
        for (const id of there)
          for (const query of QUERIES[name] ?? [{}]) await readToTheEnd(visitor, name, { by, id, query });
      }),
    );
  }
}

async function readToTheEnd(visitor: Visitor, name: RouteName, asked: { by: string | undefined; id: string; query: Record<string, string> }) {
  const paged = 'limit' in ((ROUTES[name] as { query?: { shape?: object } }).query?.shape ?? {});
  for (let cursor: string | undefined = ''; cursor !== undefined; ) {
    const page = { ...(paged && { limit: '100' }), ...(cursor && { cursor }) };
    const { json } = await visitor.ask(name, { ...asked, query: { ...asked.query, ...page } });
    cursor = json?.has_more ? json.next_cursor : undefined;
  }
} // prettier-ignore

/** Pages, documents and files that are the same for everybody. */
const PAGES = [
  '/', '/llms.txt', '/llms-full.txt', '/openapi.json', '/robots.txt', '/AGENTS.md', '/metrics', '/healthz', '/readyz', '/docs/glossary.md',
  '/docs/untrusted.md', '/.well-known/agent-card.json', '/.well-known/agent-registration.json', '/.well-known/security.txt', '/.well-known/x402',
  '/v1/log/test/checkpoint', '/v1/log/checkpoint', '/v1/log/test/tile/0/000', '/v1/log/test/tile/entries/000',
]; // prettier-ignore

/** How many answered with something. */
export async function readsPages({ visitor }: Scene): Promise<number> {
  let good = 0;
  for (const path of PAGES) {
    const response = await fetch(visitor.origin + path);
    visitor.nothingIn(path, `${JSON.stringify([...response.headers])}${await response.text()}`);
    if (response.status >= 500) throw new Escaped(`and broke ${path}`);
    if (response.ok) good += 1;
  }
  return good;
}

/** Metrics are lines of one form, whatever was asked for. */
export async function readsMetrics({ visitor }: Scene): Promise<void> {
  const text = await (await fetch(`${visitor.origin}/metrics`)).text();
  visitor.nothingIn('metrics', text);
  const line = /^(# (HELP|TYPE) .+|[a-z_:][a-z0-9_:]*(\{([a-z_]+="[^"\n]*",?)*\})? [-+0-9.eNaInf]+)?$/i;
  const strange = text.split('\n').filter((one) => !line.test(one));
  if (strange.length > 0) throw new Escaped(`into the lines of metrics: ${strange[0]}`);
}

/** Cards as they are pushed: as many frames as there are cards, each one line of JSON. */
export async function readsStreams({ visitor, ids, viewers }: Scene, cards: number): Promise<void> {
  for (const path of ['/v1/observations/stream', `/v1/feeds/${ids.feeds![0]}/stream`]) {
    const ended = new AbortController();
    const headers = { authorization: `Bearer ${viewers.agent}` };
    const response = await fetch(visitor.origin + path, { headers, signal: ended.signal });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while ((text.match(/^data: .*\n/gm) ?? []).length < cards) text += (await reader.read()).value ?? '';
    ended.abort();
    visitor.nothingIn(path, text);
    const data = text.split('\n').filter((line) => line.startsWith('data:'));
    for (const line of data) JSON.parse(line.slice(5));
    const strange = text.split('\n').filter((line) => !/^(data|id|event|retry): |^:|^$/.test(line));
    if (data.length !== cards || strange.length > 0) throw new Escaped(`into the frames of ${path}: ${text}`);
  }
}

/** Every tool that reads, and those that answer what they were told: marked, escaped, and nothing in their sentences. */
export async function usesTools({ visitor, ids, viewers }: Scene, terms: readonly object[]): Promise<void> {
  const client = await connectTools(visitor.origin, viewers.agent!);
  const calls: [string, Record<string, unknown>][] = [
    ['get_balance', {}], ['list_events', {}], ['list_reviews', {}], ['find_observations', {}],
    ...ids.bounties!.slice(-SINGLE_MAX).map((id) => ['get_bounty', { bounty_id: id }] as [string, object]),
    ...ids.bounties!.slice(0, SINGLE_MAX).map((id) => ['cancel_bounty', { bounty_id: id, dry_run: true }] as [string, object]),
    ...ids.observations!.flatMap((id, i) => [
      ['read_observation', { observation_id: id }], ['verify_observation', { observation_id: id, capture_id: ids.captures![i] }],
    ] as [string, object][]),
    ...terms.flatMap((one, i) => [
      ['quote_bounty', one], ['post_bounty', { ...one, dry_run: true }], ['post_bounty', { ...one, idempotency_key: `hostile-${i}` }],
    ] as [string, object][]),
  ] as [string, Record<string, unknown>][]; // prettier-ignore
  for (const [tool, args] of calls) {
    const { text, data } = await callTool(client, tool, args);
    visitor.nothingIn(`the text of ${tool}`, text);
    const { texts, rest } = split(data);
    visitor.nothingIn(`a text of ours of ${tool}`, rest);
    const hiding = texts.find((one) => HIDING.test(one));
    if (hiding !== undefined) throw new Escaped(`as it is into ${tool}: ${JSON.stringify(hiding)}`);
    visitor.found(`tool ${tool}`, texts.join(' '));
  }
  await client.close();
}

/** The command line: for a person, lines without anything that hides, as many as of harmless texts; for a program, JSON that means the same. */
export async function usesCommands({ visitor, ids, viewers }: Scene, names: readonly string[]): Promise<void> {
  const run = async (key: string, ...argv: string[]) => {
    const terminal = watchedTerminal({ GROUNDTRUTH_URL: visitor.origin, GROUNDTRUTH_API_KEY: key });
    await runCli(COMMANDS, argv, terminal);
    const said = terminal.out() + terminal.err();
    const hiding = said.split('\n').find((line) => HIDING.test(line));
    if (hiding !== undefined) throw new Escaped(`as it is to a terminal: ${JSON.stringify(hiding)}`);
    return said;
  };
  const harmless = (await run(viewers.agent!, 'whoami')).split('\n').length;
  for (const key of names.slice(0, 2 * SINGLE_MAX)) {
    const said = await run(key, 'whoami');
    if (said.split('\n').length !== harmless) throw new Escaped(`into a line of its own: ${said}`);
    visitor.found('command whoami', said);
    const json = await run(key, 'whoami', '--json');
    const told = JSON.parse(json) as { name: string };
    if (json.trim().includes('\n')) throw new Escaped(`into a document of its own: ${json}`);
    const { json: me } = await visitor.ask('me', { by: key });
    if (told.name !== me.name) throw new Escaped(`, changed, out of a command: ${json}`);
  }
  for (const id of ids.bounties!.slice(0, SINGLE_MAX))
    visitor.found('command cancel', await run(viewers.agent!, 'cancel', id));
  for (const id of ids.observations!.slice(0, 2)) {
    visitor.found('command read', await run(viewers.agent!, 'read', id));
    await run(viewers.agent!, 'verify', id);
  }
  for (const argv of [['observations'], ['events'], ['reviews'], ['balance']]) {
    await run(viewers.agent!, ...argv);
    for (const line of (await run(viewers.agent!, ...argv, '--json')).trim().split('\n')) JSON.parse(line || 'null');
  }
}

/** What oracles and courts are shown: no character with which a text could pass for a field, and a file that is the record. */
export async function showsEvidence({ visitor, ids, viewers }: Scene): Promise<number> {
  let shown = 0;
  for (const id of ids.observations!) {
    const { json } = await visitor.ask('get_observation', { by: viewers.agent, id });
    for (const format of EVIDENCE_FORMATS) {
      const evidence = (await visitor.ask('observation_evidence', { by: viewers.agent, id, query: { format } })).json;
      const words = [evidence.claim, evidence.ancillary_data, evidence.question, evidence.evidence?.description];
      for (const text of words.filter((word) => word !== undefined) as string[]) {
        const strange = /[\n\r{}[\]<>=`$%|*#]/.exec(text.replaceAll(/<U\+[0-9A-F]+>/g, ''));
        if (strange) throw new Escaped(`as it is into ${format}: ${text}`);
        if ((text.match(/res_data: /g) ?? []).length > 1 || /\u241fzq/.test(text))
          throw new Escaped(`as a field into ${format}: ${text}`);
      }
      const file = evidence.evidence?.fileURI as string | undefined;
      if (file === undefined) continue;
      const { record } = JSON.parse(Buffer.from(file.split(',')[1]!, 'base64').toString()) as { record: object };
      if (JSON.stringify(textsIn(record).sort()) !== JSON.stringify(textsIn(json.body.record).sort()))
        throw new Escaped(`, changed, into the file of ${format}`);
      shown += (JSON.stringify(record).match(MARKER) ?? []).length;
    }
  }
  return shown;
}

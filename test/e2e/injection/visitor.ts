import { PROBLEMS, ROUTES, type Route, type RouteName } from '@groundtruth/sdk/protocol';
import { markingOf, type Marking } from '../../../sdk/src/mcp/untrusted/marking.js';
import { MARKER } from '../../support/injections.js';

export interface Asked {
  readonly by?: string | undefined;
  readonly id?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly key?: string;
}
export interface Answer {
  readonly status: number;
  readonly json: any;
}

/** What a hostile text did that it must not. */
export class Escaped extends Error {}

const markings = new Map<string, Marking>();
const markersOf = (text: string): string[] => text.match(MARKER) ?? [];

/** Asks routes, and holds each answer to what the table of texts says of it. Where a text was seen is kept. */
export class Visitor {
  /** Doors by the marker of what was seen there. */
  readonly seen = new Map<string, Set<string>>();
  asked = 0;

  constructor(readonly origin: string) {}

  async ask(name: RouteName, { by, id = '', query = {}, body, key }: Asked): Promise<Answer> {
    const route: Route = ROUTES[name];
    const url = new URL(route.path.replace(/:[a-z_]+/, encodeURIComponent(id)), this.origin);
    for (const [param, value] of Object.entries(query)) url.searchParams.set(param, value);
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const response = await fetch(url, {
      method: route.method,
      headers: {
        ...(by !== undefined && { authorization: `Bearer ${by}` }),
        ...(route.idempotent && { 'idempotency-key': key ?? crypto.randomUUID() }),
        ...(sent !== undefined && { 'content-type': 'application/json' }),
      },
      ...(sent !== undefined && { body: sent }),
    });
    this.asked += 1;
    return this.received(name, response, markersOf(`${decodeURIComponent(url.href)} ${sent} ${key}`));
  }

  private async received(name: RouteName, response: Response, own: readonly string[]): Promise<Answer> {
    const route: Route = ROUTES[name];
    const text = await response.text();
    const head = `${response.statusText} ${JSON.stringify([...response.headers])}`;
    if (markersOf(head).length > 0) throw new Escaped(`into the head of ${name}: ${head}`);
    const { status } = response;
    if (status >= 500) throw new Escaped(`and broke ${name}: ${text}`);
    if (status !== route.status) return { status, json: this.problem(name, response, text, own) };
    if ((route.content ?? 'application/json') !== 'application/json') {
      this.nothingIn(name, text);
      return { status, json: null };
    }
    const json: unknown = JSON.parse(text);
    this.held(name, json);
    return { status, json };
  }

  /** Of our own kind, and with no text but what this very request brought. */
  private problem(name: RouteName, response: Response, text: string, own: readonly string[]): unknown {
    const problem = JSON.parse(text) as { code: string };
    if (!response.headers.get('content-type')!.startsWith('application/problem+json') || !(problem.code in PROBLEMS))
      throw new Escaped(`into a problem of ${name} that is none of ours: ${text}`);
    const foreign = markersOf(text).filter((marker) => !own.includes(marker));
    if (foreign.length > 0) throw new Escaped(`of somebody else into a problem of ${name}: ${text}`);
    return problem;
  }

  /** Only at places that the table calls untrusted, never in a name, and in no member that the schema does not know. */
  private held(name: RouteName, json: unknown): void {
    if (!markings.has(name)) markings.set(name, markingOf(ROUTES[name].response));
    const { texts, rest } = split(markings.get(name)!.mark(json));
    if (markersOf(rest).length > 0) throw new Escaped(`into a text of ours of ${name}: ${rest}`);
    const [there, marked] = [markersOf(JSON.stringify(json)), markersOf(texts.join(' '))];
    if (there.length !== marked.length) throw new Escaped(`to where no schema of ${name} is: ${JSON.stringify(json)}`);
    for (const marker of marked) this.note(marker, name);
  }

  /** A door where no text of a stranger belongs. */
  nothingIn(door: string, text: string): void {
    if (markersOf(text).length > 0) throw new Escaped(`into ${door}: ${text.slice(0, 2_000)}`);
  }

  /** Texts may stand here, having been looked at. */
  found(door: string, text: string): void {
    for (const marker of markersOf(text)) this.note(marker, door);
  }

  private note(marker: string, door: string): void {
    this.seen.set(marker, (this.seen.get(marker) ?? new Set()).add(door));
  }
}

/** An answer marked as tools mark it: its untrusted texts, and everything else as JSON. */
export function split(marked: unknown): { texts: string[]; rest: string } {
  const texts: string[] = [];
  const rest = JSON.stringify(marked, (_, value: unknown) => {
    if (!isUntrusted(value)) return value;
    texts.push(value.untrusted);
    return null;
  });
  return { texts, rest };
}

function isUntrusted(value: unknown): value is { untrusted: string } {
  if (typeof value !== 'object' || value === null) return false;
  const [[name, text] = [], ...more] = Object.entries(value);
  return name === 'untrusted' && typeof text === 'string' && more.length === 0;
}

/** Every text of a value. */
export function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

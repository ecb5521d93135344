import { ROUTES, type Route, type RouteName } from '@groundtruth/sdk/protocol';
import { EXAMPLES } from '../../../sdk/src/protocol/routes/examples/index.js';
import type { AnyExample } from '../../../sdk/src/protocol/routes/examples/example.js';
import { Names } from './names.js';
import { shapeOf } from './shape.js';

/** Sends the requests of examples to a market, and holds its answers against theirs. */
export class Player {
  readonly names = new Names();
  /** `route.name` of what was answered as its example says. */
  readonly played: string[] = [];
  private readonly keys = new Map<string, string>();

  constructor(
    private readonly origin: string,
    operatorKey: string,
  ) {
    this.keys.set('operator', operatorKey);
  }

  /** The API key of somebody in the story. */
  keyOf(who: string): string {
    const key = this.keys.get(who);
    if (key === undefined) throw new Error(`${who} has no key yet`);
    return key;
  }

  /** @throws when the status, the schema or the shape of the answer is another than the example’s. */
  async play(name: RouteName, which: string): Promise<void> {
    const route: Route = ROUTES[name];
    const example = exampleOf(name, which);
    const answer = await this.ask(route, example, `example of ${name}.${which}`);
    route.response.parse(answer);
    this.names.learn(example.answer, answer);
    const key = (answer as { api_key?: string } | null)?.api_key;
    if (key) this.keys.set(which, key);
    compare(`${name}.${which}`, example.answer, answer, this.names);
    this.played.push(`${name}.${which}`);
  }

  private async ask(route: Route, example: AnyExample, idempotencyKey: string): Promise<unknown> {
    const { by, path = {}, query = {}, body } = this.names.toActual(example);
    const url = new URL(
      route.path.replace(/:([a-z_]+)/g, (_, name: string) => path[name]!),
      this.origin,
    );
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
    const response = await fetch(url, {
      method: route.method,
      headers: {
        ...(by !== 'nobody' && { authorization: `Bearer ${this.keyOf(by)}` }),
        ...(route.idempotent && { 'idempotency-key': idempotencyKey.replaceAll(' ', '-') }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (response.status !== route.status)
      throw new Error(
        `${idempotencyKey} was answered ${response.status}, not ${route.status}: ${await response.text()}`,
      );
    if (route.content === 'text/event-stream') return firstEvent(response);
    return route.content === 'text/plain' ? response.text() : response.json();
  }
}

/** @throws when there is no such example. */
export function exampleOf(name: RouteName, which: string): AnyExample {
  const example = (EXAMPLES as Readonly<Record<string, Readonly<Record<string, AnyExample>>>>)[name]?.[which];
  if (!example) throw new Error(`there is no example ${which} of ${name}`);
  return example;
}

/** The data of the first event of a stream, which is then left. */
async function firstEvent(response: Response): Promise<unknown> {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    text += part.value;
    const [, data] = /^data: (.*)\n/m.exec(text) ?? [];
    if (data === undefined) continue;
    await reader.cancel();
    return JSON.parse(data);
  }
  throw new Error('the stream ended before its first event');
}

function compare(name: string, example: unknown, answer: unknown, names: Names): void {
  const [expected, actual] = [JSON.stringify(shapeOf(example)), JSON.stringify(shapeOf(answer))];
  if (expected === actual) return;
  const asItShouldStand = JSON.stringify(names.toExample(answer), null, 2);
  throw new Error(
    `the answer to ${name} has another shape than its example\nexpected ${expected}\nreceived ${actual}\nas it should stand: ${asItShouldStand}`,
  );
}

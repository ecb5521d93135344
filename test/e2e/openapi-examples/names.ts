import { ID } from './shape.js';

/** Which text of the examples stands for which of this run, and back. */
export class Names {
  private readonly actual = new Map<string, string>();

  /** @throws when an id of the examples already stands for something else: then they do not tell one story. */
  bind(example: string, actual: string): void {
    const before = this.actual.get(example);
    if (before !== undefined && before !== actual && isId(example))
      throw new Error(`${example} is ${before} in an earlier example and ${actual} in this one`);
    this.actual.set(example, actual);
  }

  /** Binds what differs between an example’s answer and the one that came: ids, keys, links, hashes. */
  learn(example: unknown, actual: unknown): void {
    if (typeof example === 'string' && typeof actual === 'string') {
      if (example !== actual && isName(example)) this.bind(example, actual);
    } else if (isObject(example) && isObject(actual)) {
      for (const [name, member] of Object.entries(example)) this.learn(member, actual[name]);
    }
  }

  of(example: string): string {
    const actual = this.actual.get(example);
    if (actual === undefined) throw new Error(`no example before this one was answered with ${example}`);
    return actual;
  }

  /** The same value with texts of this run for those of the examples. */
  toActual<T>(value: T): T {
    return mapTexts(value, (text) => this.actual.get(text) ?? text);
  }

  /** The same value with texts of the examples for those of this run. */
  toExample<T>(value: T): T {
    const back = new Map([...this.actual].map(([example, actual]) => [actual, example]));
    return mapTexts(value, (text) => back.get(text) ?? text.replaceAll(ID, (id) => back.get(id) ?? id));
  }
}

const isId = (text: string): boolean => new RegExp(`^${ID.source}$`).test(text);
/** Long, in one word, and neither a time nor a path. */
const isName = (text: string): boolean => text.length >= 16 && !/[\s/]|^\d{4}-\d\d-/.test(text);
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function mapTexts<T>(value: T, change: (text: string) => string): T {
  if (typeof value === 'string') return change(value) as T;
  if (Array.isArray(value)) return value.map((member: unknown) => mapTexts(member, change)) as T;
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, mapTexts(member, change)])) as T;
}

/** Parameters as they arrive: v1 leaves are strings, v2 leaves are what JSON has. */
export type Raw = string | number | boolean | null | readonly Raw[] | { readonly [key: string]: Raw };
export type RawParameters = { readonly [key: string]: Raw };

const KEYS_MAX = 1_000;
const DEPTH_MAX = 8;

type Draft = Map<string, Draft | string>;

/**
 * Reads `a[b][c]=1&list[0]=x&list[]=y` into nested objects and lists. Lists are what has only the keys 0, 1, 2 … or `[]`.
 * Throws a RangeError for more than 1,000 keys, more than 8 levels, or one name used both as a value and as an object.
 */
export function parseForm(text: string): RawParameters {
  const root: Draft = new Map();
  let count = 0;
  for (const [name, value] of new URLSearchParams(text)) {
    if (++count > KEYS_MAX) throw new RangeError(`more than ${KEYS_MAX} parameters`);
    insert(root, pathOf(name), value);
  }
  return finish(root) as RawParameters;
}

function pathOf(name: string): string[] {
  const opening = name.indexOf('[');
  if (opening <= 0) return [name];
  const inner = [...name.slice(opening).matchAll(/\[([^\]]*)\]/g)].map((match) => match[1] ?? '');
  if (inner.length >= DEPTH_MAX) throw new RangeError(`${name} is nested more than ${DEPTH_MAX} levels`);
  return [name.slice(0, opening), ...inner];
}

function insert(root: Draft, path: readonly string[], value: string): void {
  let at = root;
  path.forEach((step, depth) => {
    const key = step === '' && depth > 0 ? String(at.size) : step;
    const held = at.get(key);
    if (depth === path.length - 1) {
      if (held instanceof Map) throw new RangeError(`${path.join('.')} is both a value and an object`);
      at.set(key, value);
      return;
    }
    if (typeof held === 'string') throw new RangeError(`${path.join('.')} is both a value and an object`);
    const next = held ?? new Map<string, Draft | string>();
    at.set(key, next);
    at = next;
  });
}

function finish(draft: Draft, depth = 0): Raw {
  const entries = [...draft].map(([key, value]) => [key, typeof value === 'string' ? value : finish(value, depth + 1)]);
  const isList = depth > 0 && entries.every(([key], index) => key === String(index));
  return isList ? entries.map(([, value]) => value as Raw) : Object.fromEntries(entries);
}

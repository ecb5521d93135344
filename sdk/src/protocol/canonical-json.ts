/**
 * Canonical JSON after RFC 8785 for the values this protocol uses: strings, safe integers and finite numbers, booleans, null,
 * arrays and plain objects with keys sorted by UTF-16 code unit. `undefined` members are left out.
 * @throws {TypeError} for anything else (bigint, NaN, functions, dates, maps, bytes): hashing must never depend on a silent conversion.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError('canonical JSON has no NaN or infinity');
    return JSON.stringify(value);
  }
  if (Array.isArray(value))
    return `[${Array.from(value, (item: unknown) => canonicalJson(item === undefined ? null : item)).join(',')}]`;
  if (typeof value === 'object') {
    if (!isPlain(value)) throw new TypeError('canonical JSON holds plain objects only');
    const members = Object.entries(value as Record<string, unknown>).filter(([, member]) => member !== undefined);
    members.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
  }
  throw new TypeError(`canonical JSON cannot hold a ${typeof value}`);
}

/** Without a prototype or with one that has none itself, which is `Object.prototype` of whatever realm made the object. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/**
 * What kind of thing a JSON value is, down to its leaves: words, amounts and yes or no are themselves, for they say what happened. Of a list,
 * its first entry speaks for all; names that are ids are named alike.
 */
export function shapeOf(value: unknown): unknown {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])];
  if (typeof value === 'boolean' || (typeof value === 'string' && SAID.test(value))) return value;
  if (typeof value !== 'object') return typeof value;
  const members = Object.entries(value).map(([name, member]) => [name.replace(ID, '$1_'), shapeOf(member)] as const);
  return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)));
}

export const ID = /([a-z]{3,4})_[0-9a-f]{32}/g;

/** A state, a reason, an amount: what does not differ from one run to the next. */
const SAID = /^([a-z][a-z_]{0,39}|\d+\.\d{6})$/;

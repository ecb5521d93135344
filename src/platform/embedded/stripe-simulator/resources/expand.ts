import { badParameter } from '../http/api-error.js';
import type { Store, TableName } from '../state/store.js';

/** Fields that hold an id which `expand` may replace by its object. */
const TABLE_BY_FIELD: Readonly<Record<string, TableName>> = {
  balance_transaction: 'balance_transactions',
  charge: 'charges',
  customer: 'customers',
  destination_payment: 'charges',
  failure_balance_transaction: 'balance_transactions',
  latest_charge: 'charges',
  payment_intent: 'payment_intents',
  payment_method: 'payment_methods',
  source_transaction: 'charges',
  transfer: 'transfers',
};
const DEPTH_MAX = 4;

/** A copy of `object` in which the named paths hold objects instead of ids. In lists a path begins with `data`. */
export function expanded(store: Store, object: unknown, paths: readonly string[] = []): unknown {
  return paths.reduce((at, path) => expandPath(store, at, path.split('.'), path), object);
}

function expandPath(store: Store, at: unknown, steps: readonly string[], path: string): unknown {
  const [step, ...rest] = steps;
  if (step === undefined || at === null) return at;
  if (steps.length > DEPTH_MAX) throw notExpandable(path);
  if (Array.isArray(at)) return at.map((item) => expandPath(store, item, steps, path));
  if (typeof at !== 'object' || !(step in at)) throw notExpandable(path);
  const held = (at as Record<string, unknown>)[step];
  if (held === null && step !== 'source' && !(step in TABLE_BY_FIELD)) throw notExpandable(path);
  return { ...at, [step]: expandPath(store, resolved(store, step, held, path), rest, path) };
}

function resolved(store: Store, field: string, held: unknown, path: string): unknown {
  if (typeof held !== 'string') return held;
  if (field === 'source') return sourceOf(store, held);
  const table = TABLE_BY_FIELD[field];
  if (!table) throw notExpandable(path);
  return store.must(table, held);
}

/** What caused a balance transaction may be of several kinds. */
function sourceOf(store: Store, id: string): unknown {
  const tables: TableName[] = ['charges', 'refunds', 'disputes', 'transfers', 'payouts'];
  return tables.map((table) => store.get(table, id)).find((value) => value !== undefined) ?? id;
}

function notExpandable(path: string): Error {
  return badParameter('parameter_invalid_string', `This property cannot be expanded (${path}).`, 'expand');
}

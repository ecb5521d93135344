import type { Tables } from './tables.js';

export type TableName = keyof Tables;

/** One write: `value` absent means removed. */
export interface Change<T extends TableName = TableName> {
  readonly table: T;
  readonly id: string;
  readonly owner?: string;
  readonly value?: Tables[T];
}

interface Row<T> {
  readonly owner: string;
  readonly value: T;
}

/** Owner of what belongs to no connected account. */
export const PLATFORM = 'platform';

/**
 * Everything the simulator remembers. Values are never changed in place, only replaced, so that an event's snapshot stays what it was.
 * Writes between `begin` and `commit` are undone by `rollback`. Tables keep the order in which rows were first put.
 */
export class Store {
  private readonly tables = new Map<TableName, Map<string, Row<unknown>>>();
  private changes: Change[] = [];
  private undo: (() => void)[] = [];

  get<T extends TableName>(table: T, id: string, owner?: string): Tables[T] | undefined {
    const row = this.rows(table).get(id);
    return row && (owner === undefined || row.owner === owner) ? row.value : undefined;
  }

  /** The row, which must exist: a broken reference is a bug of the simulator, not of its caller. */
  must<T extends TableName>(table: T, id: string): Tables[T] {
    const value = this.get(table, id);
    if (value === undefined) throw new Error(`the simulator lost ${table} ${id}`);
    return value;
  }

  /** `platform` or the id of a connected account. */
  ownerOf(table: TableName, id: string): string {
    return this.rows(table).get(id)?.owner ?? PLATFORM;
  }

  /** Oldest first. */
  all<T extends TableName>(table: T, owner?: string): Tables[T][] {
    const rows = [...this.rows(table).values()];
    return rows.filter((row) => owner === undefined || row.owner === owner).map((row) => row.value);
  }

  ids(table: TableName): string[] {
    return [...this.rows(table).keys()];
  }

  put<T extends TableName>(table: T, id: string, value: Tables[T], owner?: string): Tables[T] {
    const rows = this.rows(table);
    const before = rows.get(id);
    const row = { owner: owner ?? before?.owner ?? PLATFORM, value };
    rows.set(id, row);
    this.undo.push(() => (before ? rows.set(id, before) : rows.delete(id)));
    this.changes.push({ table, id, ...(row.owner === PLATFORM ? {} : { owner: row.owner }), value });
    return value;
  }

  remove(table: TableName, id: string): void {
    const rows = this.rows(table);
    const before = rows.get(id);
    if (!before) return;
    rows.delete(id);
    this.undo.push(() => rows.set(id, before));
    this.changes.push({ table, id });
  }

  begin(): void {
    if (this.changes.length > 0) throw new Error('the simulator left changes that were neither committed nor undone');
  }

  /** What changed since `begin`, to be written down before anyone is told. */
  pending(): readonly Change[] {
    return this.changes;
  }

  commit(): void {
    this.changes = [];
    this.undo = [];
  }

  /** A point to which `rollback` can return. */
  mark(): number {
    return this.changes.length;
  }

  /** Undoes what came after the mark; without one, all since `begin`. */
  rollback(mark = 0): void {
    for (const step of this.undo.slice(mark).reverse()) step();
    this.undo = this.undo.slice(0, mark);
    this.changes = this.changes.slice(0, mark);
  }

  /** Repeats changes that were written down. */
  replay(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.value === undefined) this.rows(change.table).delete(change.id);
      else this.rows(change.table).set(change.id, { owner: change.owner ?? PLATFORM, value: change.value });
    }
  }

  /** All rows as changes on an empty store. */
  dump(): Change[] {
    return [...this.tables].flatMap(([table, rows]) =>
      [...rows].map(([id, row]) => ({ table, id, owner: row.owner, value: row.value as Tables[TableName] })),
    );
  }

  private rows<T extends TableName>(table: T): Map<string, Row<Tables[T]>> {
    let rows = this.tables.get(table);
    if (!rows) this.tables.set(table, (rows = new Map()));
    return rows as Map<string, Row<Tables[T]>>;
  }
}

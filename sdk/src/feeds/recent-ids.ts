/** Ids that are remembered: far more than a server can send again after a connection that broke. */
const IDS_MAX = 4_096;

/** The newest ids that were handed over, so that none is handed over twice. */
export class RecentIds {
  private readonly ids = new Set<string>();

  /** Whether the id is new; it is known from now on. */
  add(id: string): boolean {
    if (this.ids.has(id)) return false;
    this.ids.add(id);
    if (this.ids.size > IDS_MAX) this.ids.delete(this.ids.values().next().value!);
    return true;
  }
}

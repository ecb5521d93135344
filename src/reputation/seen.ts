import type { CauseRow, EventRow } from './cause.entity.js';
import type { Seen } from './reputation.rules.js';

/** With whom its subject had to do: the counterpart, and whoever else paid. */
export function othersOf({ counterpart_id, backers }: CauseRow | EventRow): string[] {
  return counterpart_id === null ? [...backers] : [counterpart_id, ...backers];
}

/** An event as one party sees it: linked if any who paid is one with it, then or by these clusters. */
export function seenOf(event: EventRow, partyId: string, clusters: ReadonlyMap<string, string>): Seen {
  const { kind, at, counterpart_id } = event;
  const counterpart = counterpart_id === null ? null : clusters.get(counterpart_id)!;
  const linked = event.linked || othersOf(event).some((id) => clusters.get(id) === clusters.get(partyId));
  return { kind, at, counterpart, linked };
}

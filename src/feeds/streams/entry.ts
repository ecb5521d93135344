import { eventFrame } from '../../platform/http/index.js';
import type { CardRow } from '../observations/observation.entity.js';
import type { PlacedCard } from '../observations/observations.repository.js';
import { isFunder } from '../observations/observation.funders.js';
import { cardOf } from '../observations/observation.view.js';

/** Nobody: whose card shows nothing of who asked. */
const STRANGER = '';

/** A published observation at one of its places, with its event encoded once for all who see the same card. */
export class Entry {
  private shared: Buffer | null = null;
  private own: Buffer | null = null;

  constructor(readonly row: PlacedCard) {}

  /** The event for a viewer; null when it is not for this viewer at this place. */
  frameFor(viewerId: string): Buffer | null {
    const { row } = this;
    const paid = isFunder(row, viewerId);
    if (row.seq === row.funder_seq) return paid ? this.ownFrame() : null;
    if (!paid) return (this.shared ??= frameOf(row, STRANGER));
    return row.funder_seq === null ? this.ownFrame() : null; // Its funder had it at the other place.
  }

  /** The event for everybody who did not fund it; null during the exclusive period. */
  get sharedFrame(): Buffer | null {
    return this.frameFor(STRANGER);
  }

  private ownFrame(): Buffer {
    return (this.own ??= frameOf(this.row, this.row.funder_id));
  }
}

function frameOf(row: CardRow, viewerId: string): Buffer {
  return eventFrame({ id: row.id, event: 'observation', data: JSON.stringify(cardOf(row, viewerId)) });
}

import type { Share } from '../../payments/index.js';
import type { ObservationRow } from './observation.entity.js';

type Funded = Pick<ObservationRow, 'funder_id' | 'funders'>;

/** Whether a viewer paid for an observation, or asked for it: then it is free and seen first. */
export const isFunder = (row: Funded, viewerId: string): boolean => fundersOf(row).includes(viewerId);

/** The requester first. */
export function fundersOf({ funder_id, funders }: Funded): string[] {
  return funders === null ? [funder_id] : [funder_id, ...Object.keys(funders).filter((id) => id !== funder_id)];
}

/** What each gave: by that the funders' part of a read is shared. */
export function sharesOf({ funder_id, funders }: Funded): Share[] {
  if (funders === null) return [{ agent_id: funder_id, amount: 1n }];
  return Object.keys(funders)
    .sort()
    .map((agent_id) => ({ agent_id, amount: BigInt(funders[agent_id]!) }));
}

/** How it is stored: null when the requester alone paid. */
export function fundersColumn(requesterId: string, shares: readonly Share[]): ObservationRow['funders'] {
  if (shares.every(({ agent_id }) => agent_id === requesterId)) return null;
  return Object.fromEntries(shares.map(({ agent_id, amount }) => [agent_id, String(amount)]));
}

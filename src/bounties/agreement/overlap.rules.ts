import type { BountyTerms } from '@groundtruth/sdk/protocol';

/** A bounty's slots, as far as they are used. */
interface Slots {
  readonly quantity: number;
  /** How many may be in use or settled at once; null: all. */
  readonly offered: number | null;
  readonly reserved: number;
  readonly settled: number;
}

/** How many slots somebody could take now. */
export function freeSlots({ quantity, offered, reserved, settled }: Slots): number {
  return Math.max(0, (offered ?? quantity) - reserved - settled);
}

/**
 * How many slots may be in use or settled at once where `of` captures are to agree: what is settled, and as many as could still make the rest
 * agree, so that nothing is made in vain. A rejected capture frees its slot; one that says otherwise, or does not count, makes room for one more.
 */
export function offeredSlots(asked: { of: number; quantity: number }, so_far: { settled: number; agreeing: number }) {
  return Math.min(asked.quantity, so_far.settled + Math.max(0, asked.of - so_far.agreeing));
}

/** What a new bounty offers; null: all its slots. A race offers them all: its captures are there before anything is decided. */
export function offeredAtFirst({ agreement, mode, quantity }: Pick<BountyTerms, 'agreement' | 'mode' | 'quantity'>) {
  if (!agreement || mode === 'race') return null;
  return offeredSlots({ ...agreement, quantity }, { settled: 0, agreeing: 0 });
}

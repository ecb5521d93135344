/**
 * What ties parties to each other, by the part of a trait before its colon, and how strongly.
 *
 * `person`: proven by a key, and shared by nobody by chance. Bars, limits and one reputation follow from it.
 * `nearby`: an address block (a /24 or /48 behind which a campus, a carrier or a village may be). It only keeps parties from counting as
 * several, or from gaining by each other: it takes a benefit away and never punishes, for the neighbour of a bad one has done nothing.
 */
export const TIE_STRENGTH = {
  device: 'person',
  wallet: 'person',
  address_block: 'nearby',
} as const;

/** How far one looks for who is one: along ties of a person alone, or along any. */
export type Reach = 'person' | 'any';

/** One trait of one party. */
export interface Tie {
  readonly party_id: string;
  readonly trait: string;
}

/** The kinds that name a person. A kind that nobody has heard of ties as an address block does: it never punishes. */
export const PERSONAL_KINDS = Object.entries(TIE_STRENGTH).flatMap(([kind, strength]) =>
  strength === 'person' ? [kind] : [],
);

/**
 * What is known of a party that could tie it to another: its id, and traits such as `device:<thumbprint of a key>` or
 * `address_block:<hash>` or `wallet:<address>`, of whoever is paid to it or pays from it. A bank account is known to the card processor alone.
 */
export interface Party {
  readonly id: string;
  readonly traits: readonly string[];
}

/**
 * Whether two parties are one as far as can be seen: the same id, or a trait in common. Linked parties are never paid from the loss
 * reserve, silence never pays between them, and what one captures for the other publishes no observation. Not being linked proves
 * nothing: whoever brings another device and another network is not found.
 */
export function areLinked(one: Party, other: Party): boolean {
  return one.id === other.id || one.traits.some((trait) => other.traits.includes(trait));
}

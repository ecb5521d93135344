import { bountyTermsSchema, capOf, scheduleToWire, toWireTime, type BountyTerms } from '@groundtruth/sdk/protocol';

/** Terms in wire form with every default filled, so that a reader sees what was agreed, not what was typed. */
export function termsToWire(terms: BountyTerms): Record<string, unknown> {
  const { opens_at, closes_at } = terms.window;
  const { pledges } = terms;
  return {
    ...terms,
    window: { ...(opens_at === undefined ? {} : { opens_at: toWireTime(opens_at) }), closes_at: toWireTime(closes_at) },
    price: scheduleToWire(terms.price),
    ...(pledges && { pledges: { deadline_at: toWireTime(pledges.deadline_at ?? closes_at) } }),
  };
}

/** The terms of a stored bounty. */
export function termsFromRow(row: { terms: Record<string, unknown> }): BountyTerms {
  return bountyTermsSchema.parse(row.terms);
}

/** How its slots are come by: taken, won by the first captures that hold, or drawn among those who apply. */
export type Way = 'reserved' | 'race' | 'sortition';

/** The slots of a bounty for markets are drawn, so that who pays cannot choose its witness. */
export function wayOf({ mode, purpose }: Pick<BountyTerms, 'mode' | 'purpose'>): Way {
  return mode === 'reserved' && purpose === 'markets' ? 'sortition' : mode;
}

/** What policy looks at. */
export function termsSubject(terms: BountyTerms) {
  const { title, instructions, kind, purpose, area, criteria, window } = terms;
  return { title, instructions, kind, purpose, area, criteria, window, price_micros: capOf(terms.price) };
}

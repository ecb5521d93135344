import { bountyTermsSchema, formatAmount, toWireTime, type BountyTerms } from '@groundtruth/sdk/protocol';
import { priceOf } from './bounty.rules.js';

/** Terms in wire form with every default filled, so that a reader sees what was agreed, not what was typed. */
export function termsToWire(terms: BountyTerms): Record<string, unknown> {
  const { opens_at, closes_at } = terms.window;
  return {
    ...terms,
    window: { ...(opens_at === undefined ? {} : { opens_at: toWireTime(opens_at) }), closes_at: toWireTime(closes_at) },
    price: { schedule: 'fixed', amount: formatAmount(priceOf(terms)) },
  };
}

/** The terms of a stored bounty. */
export function termsFromRow(row: { terms: Record<string, unknown> }): BountyTerms {
  return bountyTermsSchema.parse(row.terms);
}

/** What policy looks at. */
export function termsSubject(terms: BountyTerms) {
  const { title, instructions, kind, purpose, area, criteria, window } = terms;
  return { title, instructions, kind, purpose, area, criteria, window, price_micros: priceOf(terms) };
}

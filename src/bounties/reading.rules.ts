import {
  quantityOf,
  readingAsked,
  tierReaches,
  toCanonical,
  type BountyTerms,
  type ReadingCriterion,
} from '@groundtruth/sdk/protocol';
import { DomainError } from '../kernel/problem.js';
import { unreachable } from './unreachable.js';

/**
 * A reading is asked exactly one thing, which no picture is asked, and nothing that only a picture can answer. It is signed by an
 * enrolled device always: its sequence number is that device's.
 */
export function checkReadingTerms({ kind, criteria }: Pick<BountyTerms, 'kind' | 'criteria'>): void {
  const asked = readingAsked(criteria) !== null;
  if (kind !== 'reading') {
    if (asked) throw unreachable('criteria.all', 'only a bounty of kind reading can ask for a reading');
    return;
  }
  if (!asked || criteria.all.length !== 1)
    throw unreachable('criteria.all', 'a reading is asked exactly one criterion, and that of kind reading');
  if (criteria.code_in_scene) throw unreachable('criteria.code_in_scene', 'a reading shows no scene');
  if (criteria.c2pa === 'third_party') throw unreachable('criteria.c2pa', 'a reading has no C2PA manifest');
  if (!tierReaches(criteria.provenance, 'signed'))
    throw unreachable('criteria.provenance', 'a reading is signed by an enrolled device', 'Ask for `signed`.');
}

/** Quantity and unit are in the table, and some value of this quantity on earth lies in the range. */
export function checkReadingCriterion(
  { quantity_kind, unit, min, max }: ReadingCriterion['reading'],
  param: string,
): void {
  const quantity = quantityOf(quantity_kind);
  if (!quantity) throw unreachable(`${param}.quantity_kind`, 'this quantity is not in the table of docs/readings.md');
  const low = toCanonical(quantity_kind, unit, min);
  const high = toCanonical(quantity_kind, unit, max);
  if (low === null || high === null)
    throw unreachable(
      `${param}.unit`,
      `${quantity_kind} is not measured in this unit`,
      `UCUM codes taken: ${Object.keys(quantity.units).join(', ')}`,
    );
  if (min > max) throw new DomainError('invalid_request', 'the range ends before it begins', { param: `${param}.max` });
  const { plausible } = quantity;
  if (high < plausible.min || low > plausible.max)
    throw unreachable(
      param,
      `no ${quantity_kind} on earth lies in this range`,
      `It lies from ${plausible.min} to ${plausible.max} ${quantity.unit}.`,
    );
}

import type { PolicyFacts } from '../facts.js';
import type { Pack } from '../pack.js';
import type { Refusal, ReserveSubject } from '../stages.js';

/** Nobody who has not stated to be 18 or older takes or delivers work. */
export function adultRule({ contributor }: ReserveSubject, _facts: PolicyFacts, pack: Pack): Refusal[] {
  return contributor.adult_attested ? [] : [{ outcome: 'refuse', ...pack.adults }];
}

/** What a capture says of a yes-or-no question, as far as its error rates tell. */
export interface CaptureRates {
  /** Probability that it says yes when the answer is yes, and when it is no. */
  readonly positive_if_yes: number;
  readonly positive_if_no: number;
  /** Probability that all captures say the same because they err, or do not, together. */
  readonly shared_error: number;
}

/** A state of mind that an outcome leads to, and the probability of that outcome. */
export interface Belief {
  readonly weight: number;
  readonly probability: number;
}

/**
 * What may be believed after `count` captures: one belief for each number of captures that say yes, by Bayes' rule. The weights sum to 1, and
 * the probabilities weighted by them to the prior.
 */
export function beliefsAfter(prior: number, count: number, rates: CaptureRates): Belief[] {
  const { positive_if_yes, positive_if_no, shared_error } = rates;
  return Array.from({ length: count + 1 }, (_, positives) => {
    const ifYes = prior * likelihood(positives, count, positive_if_yes, shared_error);
    const ifNo = (1 - prior) * likelihood(positives, count, positive_if_no, shared_error);
    const weight = ifYes + ifNo;
    return { weight, probability: weight === 0 ? prior : ifYes / weight };
  });
}

/** Binomial when each errs by itself; all or none when they err together. */
function likelihood(positives: number, count: number, rate: number, shared_error: number): number {
  const together = positives === count ? rate : positives === 0 ? 1 - rate : 0;
  return shared_error * together + (1 - shared_error) * binomial(positives, count, rate);
}

function binomial(positives: number, count: number, rate: number): number {
  let ways = 1;
  for (let n = 1; n <= positives; n++) ways = (ways * (count - positives + n)) / n;
  return ways * rate ** positives * (1 - rate) ** (count - positives);
}

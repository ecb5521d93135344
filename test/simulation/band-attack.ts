/** The numbers of the rules that an attacker in the inconclusive band meets. */
export interface BandRules {
  /** Largest price a software key may earn, in dollars. */
  readonly price_max: number;
  /** Whether an objection found right ends silence for the contributor and whoever shares a device or address block with it. */
  readonly silence_is_lost: boolean;
  /** Whether its requester may object at all. */
  readonly requester_may_object: boolean;
}

/** What the rules do not fix. Probabilities are 0 to 1, costs are in dollars. */
export interface BandAssumptions {
  /** The requester looks at the redacted picture within the time of the review, and objects to a bad one. */
  readonly looks: number;
  /** The operator decides an objection in time, and rightly. */
  readonly decides: number;
  /** A new contributor that shares neither device nor address block with an old one. */
  readonly identity_cost: number;
  /** A new picture that lies in the band, resembles no earlier one and passes every other check: at least so much of the price. */
  readonly attempt_cost_share: number;
  /** Attempts an identity makes at most: it gives up when silence is lost, and here. */
  readonly attempts_max: number;
}

export interface Expectation {
  readonly earned: number;
  readonly spent: number;
}

/**
 * What one identity that only ever aims at the band earns and spends in its life, at a price. Every attempt is caught with probability
 * `looks × decides`; one that is not is paid in full, by silence or as a void objection, and earns no reputation, so the limits of a new
 * contributor never widen. Once caught it is the operator's alone and no more attempts are made.
 */
export function expectationOf(price: number, rules: BandRules, assumed: BandAssumptions): Expectation {
  const caught = rules.requester_may_object ? assumed.looks * assumed.decides : 0;
  const goesOn = rules.silence_is_lost ? 1 - caught : 1;
  // Attempts: the n-th is made if the n − 1 before it have not ended it.
  const attempts = goesOn === 1 ? assumed.attempts_max : (1 - goesOn ** assumed.attempts_max) / (1 - goesOn);
  return {
    earned: attempts * (1 - caught) * price,
    spent: assumed.identity_cost + attempts * assumed.attempt_cost_share * price,
  };
}

/** The same life played once, step by step; `random` gives numbers from 0 to 1. */
export function playedOnce(
  price: number,
  rules: BandRules,
  assumed: BandAssumptions,
  random: () => number,
): Expectation {
  let [earned, spent] = [0, assumed.identity_cost];
  for (let attempt = 0; attempt < assumed.attempts_max; attempt++) {
    spent += assumed.attempt_cost_share * price;
    const objects = rules.requester_may_object && random() < assumed.looks;
    const rejected = objects && random() < assumed.decides;
    if (!rejected) earned += price;
    else if (rules.silence_is_lost) break;
  }
  return { earned, spent };
}

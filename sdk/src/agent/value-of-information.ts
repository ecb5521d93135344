import { formatAmount, parseAmount } from '../protocol/money.js';
import { beliefsAfter, type Belief } from './captures-as-evidence.js';
import { bestUse, worthOf, type Bettor } from './rational-bet.js';

export interface InformationQuestion {
  /** Price of a share that pays 1 when the answer is yes, as the market shows it: more than 0 and less than 1. */
  readonly market_price: number;
  /** The caller's own probability of yes before any capture, 0 to 1. */
  readonly prior: number;
  /** Most that may be staked on either side, in units of the currency, e.g. `"200.000000"`; also what the market takes at this price. */
  readonly stake_limit: string;
  /** What the market takes of a stake, on top of it, as a share. 0 when left out. */
  readonly market_fee?: number;
  /** Probability that a capture says yes although the answer is no: docs/error-rates.md. */
  readonly false_accept: number;
  /** Probability that a capture says no although the answer is yes. */
  readonly false_reject: number;
  /**
   * Probability that all captures err together, because they share a device, an owner or a view: 0 when each errs by itself, 1 when they are
   * copies of one. 0 when left out.
   */
  readonly shared_error?: number;
  /** Captures to reckon with: 1 to this, at most 50. 5 when left out. */
  readonly captures_max?: number;
  /** What one capture costs, fee included, in units of the currency. Left out: no best number is named. */
  readonly cost_each?: string;
  /** The exchange's fee on a capture's price in hundredths of a percent, taken off the bid. 0 when left out. */
  readonly capture_fee_bps?: number;
  /** `neutral` counts expected money; `kelly` counts the expected logarithm of a bankroll, in units of the currency. */
  readonly risk?: { readonly rule: 'neutral' } | { readonly rule: 'kelly'; readonly bankroll: string };
}

/** What one side is bought for, how much is staked, and the expected profit, all in units of the currency. */
export interface RationalBet {
  readonly side: 'yes' | 'no' | 'none';
  readonly stake: string;
  readonly expected_profit: string;
}

export interface InformationOfCaptures {
  readonly captures: number;
  /** Most that is worth paying for all of them together, in units of the currency, rounded down. */
  readonly value: string;
  /** Most that is worth bidding for each, when the exchange's fee comes on top; rounded down. */
  readonly highest_bid: string;
  /** Expected profit of the bets that the answers lead to, before the captures are paid. */
  readonly expected_profit: string;
}

export interface ValueOfInformation {
  /** The best bet without asking anybody. */
  readonly without: RationalBet;
  readonly with_captures: readonly InformationOfCaptures[];
  /** What knowing the answer for certain would be worth: no number of captures is worth more. */
  readonly perfect: string;
  /** The number of captures that leaves most after `cost_each` is paid for each; 0 when none is worth it, null when no cost was given. */
  readonly best_captures: number | null;
}

const CAPTURES_MAX = 50;

/**
 * What it is worth to look before betting on a yes-or-no market: the most that is rational to pay for 1, 2, … captures whose error rates are
 * known, and how many to ask for. Derivation: docs/value-of-information.md. Pure: reads no market, places no bet, may be repeated.
 *
 * @example
 * const { with_captures, best_captures } = valueOfInformation({
 *   market_price: 0.6, prior: 0.5, stake_limit: '100.000000', false_accept: 0.05, false_reject: 0.1, cost_each: '5.500000',
 * });
 * @throws {RangeError} naming the field that is out of its range.
 */
export function valueOfInformation(question: InformationQuestion): ValueOfInformation {
  const { prior, false_accept, false_reject, shared_error = 0, captures_max = 5, capture_fee_bps = 0 } = question;
  const bettor = bettorOf(question);
  check('prior', prior, 0, 1);
  check('false_accept', false_accept, 0, 1);
  check('false_reject', false_reject, 0, 1);
  check('shared_error', shared_error, 0, 1);
  check('captures_max', captures_max, 1, CAPTURES_MAX);
  check('capture_fee_bps', capture_fee_bps, 0, 10_000);
  const now: readonly Belief[] = [{ weight: 1, probability: prior }];
  const capture = { positive_if_yes: 1 - false_reject, positive_if_no: false_accept, shared_error };
  const worths = Array.from({ length: Math.floor(captures_max) }, (_, n) => {
    const after = beliefsAfter(prior, n + 1, capture);
    return { captures: n + 1, worth: worthOf(now, after, bettor), profit: expectedProfit(after, bettor) };
  });
  const perfect = beliefsAfter(prior, 1, { positive_if_yes: 1, positive_if_no: 0, shared_error: 0 });
  return {
    without: betOf(prior, bettor),
    with_captures: worths.map(({ captures, worth, profit }) => ({
      captures,
      value: moneyDown(worth),
      highest_bid: moneyDown(worth / captures / (1 + capture_fee_bps / 10_000)),
      expected_profit: moneyDown(profit),
    })),
    perfect: moneyDown(worthOf(now, perfect, bettor)),
    best_captures: question.cost_each === undefined ? null : bestCount(worths, money('cost_each', question.cost_each)),
  };
}

function bettorOf({
  market_price,
  market_fee = 0,
  stake_limit,
  risk = { rule: 'neutral' },
}: InformationQuestion): Bettor {
  if (!(market_price > 0 && market_price < 1))
    throw new RangeError('market_price: expected more than 0 and less than 1');
  check('market_fee', market_fee, 0, 1);
  const bankroll = risk.rule === 'kelly' ? money('risk.bankroll', risk.bankroll) : null;
  if (bankroll === 0) throw new RangeError('risk.bankroll: expected more than 0');
  return { price: market_price, fee: market_fee, stake_limit: money('stake_limit', stake_limit), bankroll };
}

function betOf(probability: number, bettor: Bettor): RationalBet {
  const { side, stake, profit } = bestUse(probability, bettor);
  return { side, stake: moneyDown(stake), expected_profit: moneyDown(profit) };
}

const expectedProfit = (beliefs: readonly Belief[], bettor: Bettor): number =>
  beliefs.reduce((sum, { weight, probability }) => sum + weight * bestUse(probability, bettor).profit, 0);

/** Ties go to the fewer. */
function bestCount(worths: readonly { captures: number; worth: number }[], cost_each: number): number {
  let [best, most] = [0, 0];
  for (const { captures, worth } of worths) {
    const left = worth - captures * cost_each;
    if (left > most) [best, most] = [captures, left];
  }
  return best;
}

function check(field: string, value: number, min: number, max: number): void {
  if (!(value >= min && value <= max)) throw new RangeError(`${field}: expected ${min} to ${max}`);
}

const MICROS = 1_000_000;

function money(field: string, text: string): number {
  const micros = parseAmount(text);
  if (micros === null) throw new RangeError(`${field}: expected an amount such as "5.000000"`);
  return Number(micros) / MICROS;
}

/** Rounded down to the micro, never below nothing. What a float of this size cannot tell is a part of a micro. */
const moneyDown = (value: number): string => formatAmount(BigInt(Math.max(0, Math.floor(value * MICROS))));

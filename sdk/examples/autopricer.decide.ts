/** Amounts are micros throughout, times epoch milliseconds. */
export interface Situation {
  readonly now: number;
  /** When the fact was first wanted. */
  readonly began_at: number;
  /** After it the fact is worth nothing. */
  readonly deadline_at: number;
  /** What knowing it by then is worth. */
  readonly worth: bigint;
  /** Spent on it already, on cards that did not answer. */
  readonly spent: bigint;
  /** What the day's budget leaves now; what bounties hold counts as spent. */
  readonly spendable: bigint;
  /** Observations that might answer, unread. */
  readonly cards: readonly { readonly id: string; readonly price: bigint }[];
  /** How probable it is that such an observation answers, 0 to 1. */
  readonly card_answers: number;
  /** The bounty that asks for it now; null when none does. */
  readonly asked: Asked | null;
  /** What the market says to asking now; null when it was not asked. */
  readonly quote: Quoted | null;
}

export interface Asked {
  readonly price: bigint;
  /** What it holds: price and fee. */
  readonly hold: bigint;
  /** Somebody has reserved it, or handed something in. */
  readonly is_taken: boolean;
}

export interface Quoted {
  /** Null when policy allows it. */
  readonly refused: string | null;
  /** A price, and the exchange's fee on it. */
  readonly price_each: bigint;
  readonly fee_each: bigint;
  /** How probable a fill by the deadline is at which price; empty while the record is too thin to say. */
  readonly curve: readonly { readonly price: bigint; readonly probability: number }[];
}

export type Choice =
  | { readonly do: 'buy'; readonly observation_id: string; readonly cost: bigint }
  | { readonly do: 'post'; readonly price: bigint; readonly cost: bigint }
  /** `cost` is what is held in addition. */
  | { readonly do: 'raise'; readonly price: bigint; readonly cost: bigint }
  | { readonly do: 'cancel' | 'wait' | 'forget'; readonly cost: 0n };

export interface Option {
  readonly choice: Choice;
  /** That it brings the fact; null where nobody can say yet. */
  readonly probability: number | null;
  /** What it leaves on average after it is paid for. */
  readonly expected: bigint;
}

export interface Decision {
  readonly choice: Choice;
  /** All that could be afforded, best first. */
  readonly options: readonly Option[];
  readonly why: string;
}

const CENT = 10_000n;
/** A raise that gains less is not worth the change. */
const GAIN_MIN = CENT;
/** Without a record of fills the price climbs from this part of what the fact is worth to that, as time runs out. */
const SHARE_AT_FIRST = 0.4;
const SHARE_AT_LAST = 0.9;

/** What to do about one fact now. Pure: never costs more than the budget leaves, nor, with all that was spent and is held, than the fact is worth. */
export function decide(situation: Situation): Decision {
  const { now, deadline_at, asked, quote, spendable } = situation;
  const left = situation.worth - situation.spent;
  const nothing = (choice: 'wait' | 'cancel' | 'forget', why: string, options: readonly Option[] = []): Decision => ({
    choice: { do: choice, cost: 0n },
    options,
    why,
  });
  if (asked?.is_taken) return nothing('wait', 'somebody is at work on it, whom no other price brings sooner');
  if (now >= deadline_at) return nothing(asked ? 'cancel' : 'forget', 'its time is over');
  if (asked && asked.hold > left) return nothing('cancel', 'it is no longer worth what it holds');
  if (left <= 0n) return nothing('forget', 'all that it is worth was spent on it');
  const options = [...purchases(situation, left), ...bids(situation, left)].sort(byExpected);
  const best = options[0];
  const kept = asked ? keeping(situation, asked, left) : 0n;
  if (best && best.expected > kept + (asked ? GAIN_MIN : 0n))
    return { choice: best.choice, options, why: reasonFor(best, situation) };
  if (asked) return nothing('wait', 'no other price or card leaves more than waiting does', options);
  if (quote?.refused) return nothing('forget', `policy does not let it be asked for: ${quote.refused}`, options);
  if (options.length > 0) return nothing('wait', 'nothing is expected to leave more than it costs', options);
  return nothing('wait', spendable < CENT ? 'the budget of the day is used up' : 'nothing that might answer can be afforded'); // prettier-ignore
}

/** Cards that the budget and the worth allow beside what is held. */
function purchases({ cards, card_answers, spendable, asked }: Situation, left: bigint): Option[] {
  const most = least(spendable, left - (asked?.hold ?? 0n));
  return cards
    .filter(({ price }) => price <= most)
    .map(({ id, price }) => ({
      choice: { do: 'buy', observation_id: id, cost: price },
      probability: card_answers,
      expected: times(left, card_answers) - price,
    }));
}

/** Prices to ask at: those of the curve, or without a record one step of the climb. */
function bids(situation: Situation, left: bigint): Option[] {
  const { quote, asked, spendable } = situation;
  if (!quote || quote.refused) return [];
  const held = asked?.hold ?? 0n;
  const next = climb(situation, quote, left);
  // Without a record it is raised in steps of a tenth or more.
  const steps = asked && next * 10n < asked.price * 11n ? [] : [{ price: next, probability: null }];
  const prices = quote.curve.length > 0 ? quote.curve : steps;
  return prices.flatMap(({ price, probability }): Option[] => {
    const hold = price + feeOn(price, quote);
    const cost = hold - held;
    if (price < CENT || price <= (asked?.price ?? 0n) || cost > spendable || hold > left) return [];
    const choice: Choice = { do: asked ? 'raise' : 'post', price, cost };
    // Who cannot be told how probable it is takes even odds, so that dear steps are taken late.
    return [
      { choice, probability, expected: probability === null ? (left - hold) / 2n : times(left - hold, probability) },
    ];
  });
}

/** What keeping the bounty as it is leaves on average. Whoever cannot be told how probable that is does not count on it. */
function keeping({ quote }: Situation, { price, hold }: Asked, left: bigint): bigint {
  return quote ? times(left - hold, probabilityAt(price, quote.curve)) : left;
}

/** Between two points of the curve the lower one counts. */
function probabilityAt(price: bigint, curve: Quoted['curve']): number {
  return curve
    .filter((point) => point.price <= price)
    .reduce((most, { probability }) => Math.max(most, probability), 0);
}

function climb(
  { now, began_at, deadline_at }: Pick<Situation, 'now' | 'began_at' | 'deadline_at'>,
  quote: Quoted,
  left: bigint,
): bigint {
  const passed = Math.min(1, Math.max(0, (now - began_at) / (deadline_at - began_at)));
  const most = (left * quote.price_each) / (quote.price_each + quote.fee_each);
  const price = times(most, SHARE_AT_FIRST + (SHARE_AT_LAST - SHARE_AT_FIRST) * passed);
  return price - (price % CENT);
}

/** In the proportion of the quote, rounded up: never less than the exchange takes. */
const feeOn = (price: bigint, { price_each, fee_each }: Quoted): bigint =>
  (price * fee_each + price_each - 1n) / price_each;

function reasonFor({ choice, probability }: Option, { asked, cards }: Situation): string {
  const chance = probability === null ? 'no record of fills yet' : `${Math.round(probability * 100)} % to bring it`;
  if (choice.do === 'buy') return `an observation there is costs less than asking leaves: ${chance}`;
  if (choice.do === 'raise') return `the deadline comes near and a higher price leaves more: ${chance}`;
  return `${cards.length === 0 ? 'nothing that might answer is for sale' : 'asking leaves more than buying'}: ${chance}${asked ? '' : ', and what is not filled comes back'}`; // prettier-ignore
}

const byExpected = (a: Option, b: Option): number => (a.expected === b.expected ? 0 : a.expected > b.expected ? -1 : 1);
const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
/** A factor of 0 to 1 counts in whole parts of this many, so that money never meets a float. */
const PARTS = 1_000_000_000;
/** Rounded down to the micro. */
const times = (amount: bigint, factor: number): bigint => (amount * BigInt(Math.floor(factor * PARTS))) / BigInt(PARTS);

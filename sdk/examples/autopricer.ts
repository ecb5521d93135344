import { AgentClient, valueOfInformation, type InformationQuestion } from '@groundtruth/sdk/agent';
import { FeedClient } from '@groundtruth/sdk/feeds';
import {
  formatAmount,
  parseAmount,
  type Bounty,
  type BountyTermsInput,
  type Circle,
  type Fact,
  type ObservationCard,
} from '@groundtruth/sdk/protocol';
import { decide, type Asked, type Decision, type Quoted, type Situation } from './autopricer.decide.js';

/** A fact that is wanted: where, what, by when, and what it is worth. */
export interface WantedFact {
  /** Its name, and the title of the bounty: no two facts have the same. */
  readonly title: string;
  readonly terms: Pick<BountyTermsInput, 'kind' | 'criteria' | 'instructions' | 'purpose'> & {
    readonly area: Circle;
  };
  /** Units of the currency, or the bet that rests on it: then what one capture is worth to it. */
  readonly worth: string | InformationQuestion;
  /** RFC 3339. */
  readonly deadline_at: string;
  /** Older observations do not answer it, in seconds. */
  readonly max_age_s: number;
  /** How probable it is that an observation from around there, of this kind and age, answers it: 0 to 1. */
  readonly card_answers: number;
}

/** One decision as it is told: what was known, what could be done, what was, and why. */
export interface Explanation {
  readonly at: string;
  readonly fact: string;
  readonly knew: Readonly<Record<string, unknown>>;
  readonly options: readonly { readonly choice: string; readonly cost: string; readonly probability: number | null; readonly expected: string }[]; // prettier-ignore
  readonly choice: string;
  readonly cost: string;
  readonly why: string;
}

export interface AutopricerOptions {
  readonly baseUrl: string;
  readonly apiKey: string;
  /** Most that is held or spent in any 24 hours, less what came back; units of the currency. */
  readonly budget_per_day: string;
  readonly facts: readonly WantedFact[];
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly onDecision: (explanation: Explanation) => void;
  readonly onAnswer: (fact: WantedFact, facts: readonly Fact[]) => void;
}

interface Pursuit {
  readonly fact: WantedFact;
  readonly began_at: number;
  readonly feed: string;
  readonly read: Set<string>;
  spent: bigint;
  bounty_id: string | null;
  is_over: boolean;
}

const DAY_MS = 86_400_000;

/** Pursues facts within a budget a day: buys what is known already, asks for the rest, raises while the worth allows, and says why. */
export class Autopricer {
  private readonly agent: AgentClient;
  private readonly feeds: FeedClient;
  private pursuits: Pursuit[] | null = null;

  constructor(private readonly options: AutopricerOptions) {
    const { baseUrl, apiKey } = options;
    this.agent = new AgentClient({ baseUrl, apiKey });
    this.feeds = new FeedClient({ baseUrl, apiKey });
  }

  /** Looks at every fact once and does what is best. False once all are answered or given up. Call it as often as prices should be thought about. */
  async step(): Promise<boolean> {
    this.pursuits ??= await this.begin();
    for (const pursuit of this.pursuits) if (!pursuit.is_over) await this.pursue(pursuit);
    return this.pursuits.some(({ is_over }) => !is_over);
  }

  /** Bounties of an earlier run that are still open are taken up again by their titles. */
  private async begin(): Promise<Pursuit[]> {
    const open = new Map<string, Bounty>();
    for await (const bounty of this.agent.bounties.list({ mine: true }))
      if (bounty.state === 'open') open.set(String(bounty.terms['title']), bounty);
    const feeds = new Map<string, string>();
    for await (const { id, name } of this.feeds.feeds.list()) feeds.set(name, id);
    const pursuits: Pursuit[] = [];
    for (const fact of this.options.facts) {
      const { area, kind } = fact.terms;
      const name = fact.title.slice(0, 80);
      const feed = feeds.get(name) ?? (await this.feeds.feeds.create(name, { area, kinds: [kind] })).id;
      const asked = open.get(fact.title);
      const began_at = asked ? Date.parse(asked.created_at) : this.options.now();
      pursuits.push({ fact, began_at, feed, read: new Set(), spent: 0n, bounty_id: asked?.id ?? null, is_over: false });
    }
    return pursuits;
  }

  private async pursue(pursuit: Pursuit): Promise<void> {
    const bounty = pursuit.bounty_id ? await this.agent.bounties.get(pursuit.bounty_id) : null;
    if (bounty && bounty.slots.settled > 0) return this.answered(pursuit, bounty);
    if (bounty && (bounty.state === 'closing' || bounty.state === 'closed')) pursuit.bounty_id = null;
    const situation = await this.look(pursuit, pursuit.bounty_id ? bounty : null);
    const decision = decide(situation);
    this.options.onDecision(explain(pursuit.fact.title, situation, decision));
    await this.act(pursuit, decision);
  }

  private async look({ fact, began_at, feed, read, spent }: Pursuit, bounty: Bounty | null): Promise<Situation> {
    const { now, budget_per_day } = this.options;
    const at = now();
    const cards: ObservationCard[] = [];
    const hour_from = new Date(Math.floor((at - fact.max_age_s * 1_000) / 3_600_000) * 3_600_000).toISOString();
    for await (const card of this.feeds.observations.list({ feed, hour_from }))
      if (!read.has(card.id) && !card.superseded_by && !card.retracted && !card.disputed_at) cards.push(card);
    const deadline_at = Date.parse(fact.deadline_at);
    return {
      now: at,
      began_at,
      deadline_at,
      worth: worthOf(fact.worth),
      spent,
      spendable: micros(budget_per_day) - (await this.committed(at)),
      cards: cards.map(({ id, price }) => ({ id, price: micros(price) })),
      card_answers: fact.card_answers,
      asked: bounty && askedOf(bounty),
      quote: at < deadline_at ? await this.quote(fact) : null,
    };
  }

  /** What left this account in the last 24 hours and has not come back, as the books say: so a restart forgets nothing. */
  private async committed(at: number): Promise<bigint> {
    const bounties = new Set<string>();
    const moved: { readonly amount: bigint; readonly of: string | null; readonly back: boolean }[] = [];
    for await (const { created_at, reason, amount, correlation } of this.agent.transfers.list()) {
      if (Date.parse(created_at) <= at - DAY_MS) break; // Newest first.
      if (!['bounty_hold', 'bounty_refund', 'read_charge'].includes(reason)) continue;
      if (reason === 'bounty_hold') bounties.add(correlation!);
      moved.push({ amount: micros(amount), of: correlation, back: reason === 'bounty_refund' });
    }
    return moved
      .filter(({ back, of }) => !back || bounties.has(of!))
      .reduce((sum, { amount, back }) => (back ? sum - amount : sum + amount), 0n);
  }

  private async quote(fact: WantedFact): Promise<Quoted> {
    // The price only tells where the curve is drawn around.
    const middle = formatAmount(worthOf(fact.worth) / 2n > 0n ? worthOf(fact.worth) / 2n : 1n);
    const { policy, price_each, fee_each, curve } = await this.agent.bounties.quote(termsOf(fact, middle));
    return {
      refused: policy.outcome === 'allow' ? null : (policy.rule ?? policy.outcome),
      price_each: micros(price_each),
      fee_each: micros(fee_each),
      curve: curve.map((point) => ({ price: micros(point.price_each), probability: point.probability })),
    };
  }

  private async act(pursuit: Pursuit, { choice }: Decision): Promise<void> {
    const { bounties } = this.agent;
    if (choice.do === 'post')
      pursuit.bounty_id = (await bounties.create(termsOf(pursuit.fact, formatAmount(choice.price)))).id;
    else if (choice.do === 'raise')
      await bounties.raise(pursuit.bounty_id!, { price: { schedule: 'fixed', amount: formatAmount(choice.price) } });
    else if (choice.do === 'cancel') {
      await bounties.cancel(pursuit.bounty_id!);
      pursuit.bounty_id = null;
    } else if (choice.do === 'forget') pursuit.is_over = true;
    else if (choice.do === 'buy') {
      const { body } = await this.feeds.observations.read(choice.observation_id);
      pursuit.read.add(choice.observation_id);
      pursuit.spent += choice.cost;
      if (answers(pursuit.fact, body.record.facts)) await this.end(pursuit, body.record.facts);
    }
  }

  /** A card bought answers before the bounty did: what it holds comes back. */
  private async end(pursuit: Pursuit, facts: readonly Fact[]): Promise<void> {
    pursuit.is_over = true;
    if (pursuit.bounty_id) await this.agent.bounties.cancel(pursuit.bounty_id);
    this.options.onAnswer(pursuit.fact, facts);
  }

  /** The observation of its own bounty costs nothing more, once it is published. */
  private async answered(pursuit: Pursuit, { id }: Bounty): Promise<void> {
    for await (const card of this.feeds.observations.list({ feed: pursuit.feed })) {
      if (card.bounty_id !== id) continue;
      pursuit.is_over = true;
      const { body } = await this.feeds.observations.get(card.id);
      this.options.onAnswer(pursuit.fact, body?.record.facts ?? []);
      return;
    }
  }
}

const micros = (amount: string): bigint => parseAmount(amount)!;

/** What a fact is worth, micros: as it was given, or what one capture is worth to the bet. */
function worthOf(worth: WantedFact['worth']): bigint {
  return micros(typeof worth === 'string' ? worth : valueOfInformation({ ...worth, captures_max: 1 }).with_captures[0]!.value); // prettier-ignore
}

function termsOf({ title, terms, deadline_at }: WantedFact, amount: string): BountyTermsInput {
  return { ...terms, title, window: { closes_at: deadline_at }, price: { schedule: 'fixed', amount } };
}

function askedOf({ pricing, held, slots }: Bounty): Asked {
  return { price: micros(pricing.cap), hold: micros(held ?? '0'), is_taken: slots.reserved + slots.waiting > 0 };
}

/** Whether a body speaks of all that was asked: of a label also by saying that there is none. */
function answers({ terms }: WantedFact, facts: readonly Fact[]): boolean {
  return terms.criteria.all.every((criterion) =>
    facts.some((fact) => {
      if ('object' in criterion) return 'object' in fact && fact.object.label === criterion.object.label;
      if ('reading' in criterion)
        return 'reading' in fact && fact.reading.quantity_kind === criterion.reading.quantity_kind;
      return 'text' in criterion && 'text' in fact && fact.text.pattern === criterion.text.pattern;
    }),
  );
}

function explain(fact: string, situation: Situation, { choice, options, why }: Decision): Explanation {
  const { now, worth, spent, spendable, cards, asked, quote } = situation;
  return {
    at: new Date(now).toISOString(),
    fact,
    knew: {
      worth: formatAmount(worth),
      spent: formatAmount(spent),
      spendable: formatAmount(spendable),
      cards: cards.length,
      asked_at: asked && formatAmount(asked.price),
      curve: quote?.curve.length ?? 0,
      time_left_s: Math.max(0, Math.floor((situation.deadline_at - now) / 1_000)),
    },
    options: options.map(({ choice, probability, expected }) => ({
      choice: named(choice),
      cost: formatAmount(choice.cost),
      probability,
      expected: formatAmount(expected),
    })),
    choice: named(choice),
    cost: formatAmount(choice.cost),
    why,
  };
}

function named(choice: Decision['choice']): string {
  if (choice.do === 'buy') return `buy ${choice.observation_id}`;
  return 'price' in choice ? `${choice.do} at ${formatAmount(choice.price)}` : choice.do;
}

import {
  capOf,
  formatAmount,
  standingTemplateSchema,
  standingTriggerSchema,
  toWireTime,
  type Fact,
  type FactCondition,
  type PriceSchedule,
  type Recurring,
  type StandingPrice,
  type StandingSkipReason,
  type StandingTemplate,
  type StandingTrigger,
} from '@groundtruth/sdk/protocol';
import { feeOf, holdOf } from '../bounties/index.js';
import { seconds, type Instant } from '../kernel/clock.js';
import type { BodyOf } from '../platform/http/serves.js';

/** The bounty that a template makes at an instant: open at once, its times counted from then. */
export function bountyAt({ open_for_s, price, ...terms }: StandingTemplate, now: Instant): BodyOf<'create_bounty'> {
  return {
    ...terms,
    window: { closes_at: now + seconds(open_for_s) },
    price: scheduleFrom(price, now),
    currency: 'USD',
    rail: 'balance',
    fund: true,
  };
}

/** What one bounty of a template holds, in micros: the most its slots can cost, and the fee. */
export function holdOfOne(template: StandingTemplate, feeBps: number): bigint {
  const price = capOf(scheduleFrom(template.price, 0));
  return holdOf(price, feeOf(price, feeBps), template.quantity);
}

function scheduleFrom(price: StandingPrice, opens_at: Instant): PriceSchedule {
  if (price.schedule === 'fixed') return price;
  if (price.schedule === 'steps') {
    const steps = price.steps.map(({ after_s, amount }) => ({ at: opens_at + seconds(after_s), amount }));
    return { ...price, steps };
  }
  const { schedule, start, cap, starts_after_s, ends_after_s } = price;
  const times = { starts_at: opens_at + seconds(starts_after_s), ends_at: opens_at + seconds(ends_after_s) };
  return { schedule, start, cap, ...times };
}

/** Which slot is run at `now`, and how many before it were missed: only the newest that is due counts. Null before the first. */
export function newestDue(next_due_at: Instant, every_s: number, now: Instant): { at: Instant; missed: number } | null {
  if (now < next_due_at) return null;
  const missed = Math.floor((now - next_due_at) / seconds(every_s));
  return { at: next_due_at + missed * seconds(every_s), missed };
}

/** The first slot that is not before `now`. */
export function nextSlot(slot: Instant, every_s: number, now: Instant): Instant {
  return now <= slot ? slot : slot + Math.ceil((now - slot) / seconds(every_s)) * seconds(every_s);
}

/** Whether a body says what is waited for. One that says nothing of it does not answer, not even `absent`. */
export function holds(condition: FactCondition, facts: readonly Fact[]): boolean {
  if ('reading' in condition) {
    const { quantity_kind, unit, above = -Infinity, below = Infinity } = condition.reading;
    return facts.some(
      (fact) =>
        'reading' in fact &&
        fact.reading.quantity_kind === quantity_kind &&
        fact.reading.unit === unit &&
        fact.reading.value > above &&
        fact.reading.value < below,
    );
  }
  if ('object' in condition) {
    const { label, is } = condition.object;
    return facts.some((fact) => 'object' in fact && fact.object.label === label && fact.object.count > 0 === (is === 'present')); // prettier-ignore
  }
  const wanted = condition.text.contains.toLowerCase();
  const texts = facts.flatMap((fact) => ('text' in fact ? [fact.text.matched] : []));
  const isThere = texts.some((matched) => matched.some((text) => text.toLowerCase().includes(wanted)));
  return texts.length > 0 && isThere === (condition.text.is === 'present');
}

/** Why nothing was posted, by what posting was refused with; null for what is no word about this run. */
export function skipReasonOf(code: string): StandingSkipReason | null {
  return SKIPPED_BY[code] ?? null;
}

const SKIPPED_BY: Readonly<Record<string, StandingSkipReason>> = {
  policy_refused: 'policy',
  policy_held: 'policy',
  invalid_request: 'quote_unreachable',
  criteria_unreachable: 'quote_unreachable',
  pattern_too_wide: 'quote_unreachable',
  not_found: 'quote_unreachable',
  reference_unusable: 'quote_unreachable',
  spend_cap_exceeded: 'spend_cap',
  insufficient_funds: 'insufficient_funds',
  account_frozen: 'account_frozen',
};

export const templateOf = (row: { template: unknown }): StandingTemplate => standingTemplateSchema.parse(row.template);
export const triggerOf = (row: { trigger: unknown }): StandingTrigger => standingTriggerSchema.parse(row.trigger);
export const recurs = (trigger: StandingTrigger): trigger is Recurring => 'every_s' in trigger;

/** A template in wire form, every default filled. */
export function templateToWire({ price, ...rest }: StandingTemplate): Record<string, unknown> {
  return { ...rest, price: priceToWire(price) };
}

function priceToWire(price: StandingPrice): Record<string, unknown> {
  if (price.schedule === 'fixed') return { ...price, amount: formatAmount(price.amount) };
  const cap = formatAmount(price.cap);
  if (price.schedule !== 'steps') return { ...price, start: formatAmount(price.start), cap };
  return { ...price, cap, steps: price.steps.map((step) => ({ ...step, amount: formatAmount(step.amount) })) };
}

/** A trigger in wire form; `query` is kept with the cards it asks for. */
export function triggerToWire(
  trigger: StandingTrigger,
  query: Record<string, unknown> | null,
): Record<string, unknown> {
  if (!recurs(trigger)) return { ...trigger, ...(trigger.query && query && { query }) };
  return { ...trigger, ...(trigger.starts_at !== undefined && { starts_at: toWireTime(trigger.starts_at) }) };
}

import type { Stripe } from 'stripe';
import { z } from 'zod';
import { noSuch, refused } from '../http/api-error.js';
import { clearable, expand, flag, metadata, paging, range, type RulesFor, text } from '../http/parameters.js';
import { book } from '../money/bookings.js';
import { DISPUTE_FEE_CENTS } from '../money/fees.js';
import { PLATFORM } from '../state/store.js';
import { newId, now_s, type World } from '../state/world.js';
import { record } from '../webhooks/events.js';
import { type Call, endpoint, idOf } from './call.js';
import { settleWarnings } from './early-fraud-warnings.js';
import { page, within } from './list.js';
import { mergedMetadata } from './metadata.js';
import { emptyEvidence } from './dispute-evidence.js';

const EVIDENCE_DUE_AFTER_S = 9 * 86_400;

const evidenceRules = z.strictObject({
  uncategorized_text: clearable.optional(),
  product_description: clearable.optional(),
  customer_email_address: clearable.optional(),
  service_date: clearable.optional(),
} satisfies RulesFor<Stripe.DisputeUpdateParams.Evidence>);
const updateRules = z.strictObject({
  evidence: evidenceRules.optional(),
  expand: expand.optional(),
  metadata: metadata.optional(),
  submit: flag.optional(),
} satisfies RulesFor<Stripe.DisputeUpdateParams>);
const plainRules = z.strictObject({ expand: expand.optional() });
const listRules = z.strictObject({
  ...paging,
  charge: text.optional(),
  created: range.optional(),
  payment_intent: text.optional(),
} satisfies RulesFor<Stripe.DisputeListParams>);

export const DISPUTES = [
  endpoint('GET', '/v1/disputes', listRules, list),
  endpoint('GET', '/v1/disputes/:id', plainRules, (call) => dispute(call.world, idOf(call))),
  endpoint('POST', '/v1/disputes/:id', updateRules, update),
  endpoint('POST', '/v1/disputes/:id/close', plainRules, (call) => close(call.world, dispute(call.world, idOf(call)))),
];

interface Opening {
  readonly reason: 'fraudulent' | 'product_not_received' | 'inquiry';
  /** Cents; default all that was not refunded. */
  readonly amount?: number;
}

/** The cardholder's bank takes the money back, with a fee; an inquiry only asks. It may be more than is left, but no more than was paid. */
export function openDispute(world: World, charge_id: string, { reason, amount }: Opening): Stripe.Dispute {
  const charge = world.store.must('charges', charge_id);
  const left = charge.amount_captured - charge.amount_refunded;
  const disputed = amount ?? left;
  if (charge.disputed || disputed <= 0 || disputed > charge.amount_captured)
    throw new Error(`${charge_id} cannot be disputed for ${disputed} cents`);
  const inquiry = reason === 'inquiry';
  const id = newId(world, 'du');
  const withdrawal = inquiry ? [] : [withdraw(world, id, disputed)];
  const opened = world.store.put('disputes', id, {
    id,
    object: 'dispute',
    amount: disputed,
    balance_transactions: withdrawal,
    charge: charge_id,
    created: now_s(world),
    currency: 'usd',
    enhanced_eligibility_types: [],
    evidence: emptyEvidence(),
    evidence_details: {
      due_by: now_s(world) + EVIDENCE_DUE_AFTER_S,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: inquiry,
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent as string | null,
    reason: inquiry ? 'general' : reason,
    status: inquiry ? 'warning_needs_response' : 'needs_response',
  });
  world.store.put('charges', charge_id, { ...charge, disputed: true });
  record(world, 'charge.dispute.created', opened);
  if (!inquiry) record(world, 'charge.dispute.funds_withdrawn', opened);
  settleWarnings(world, charge_id);
  return opened;
}

/** An inquiry, open or closed, becomes a dispute: now the money is taken, which may be another sum than was asked about. */
export function escalateInquiry(world: World, before: Stripe.Dispute, amount: number): Stripe.Dispute {
  if (!before.status.startsWith('warning_')) throw new Error(`${before.id} is no inquiry`);
  const after = world.store.put('disputes', before.id, {
    ...before,
    amount,
    balance_transactions: [...before.balance_transactions, withdraw(world, before.id, amount)],
    is_charge_refundable: false,
    reason: 'fraudulent',
    status: 'needs_response',
  });
  record(world, 'charge.dispute.updated', after, { previous: { status: before.status, amount: before.amount } });
  record(world, 'charge.dispute.funds_withdrawn', after);
  return after;
}

/** The bank thinks again: what it gave back it takes once more, without a fee; what it kept it gives back. Throws when it is undecided. */
export function reverseDecision(world: World, before: Stripe.Dispute): Stripe.Dispute {
  const is_won = before.status === 'won';
  if (!is_won && before.status !== 'lost') throw new Error(`${before.id} is ${before.status}`);
  const given = before.amount - takenBy(before);
  const move = is_won ? withdraw(world, before.id, given, 0) : reinstate(world, before, takenBy(before));
  const after = world.store.put('disputes', before.id, {
    ...before,
    balance_transactions: [...before.balance_transactions, move],
    status: is_won ? 'lost' : 'won',
  });
  record(world, is_won ? 'charge.dispute.funds_withdrawn' : 'charge.dispute.funds_reinstated', after);
  record(world, 'charge.dispute.closed', after, { previous: { status: before.status } });
  return after;
}

/** Cents that it has taken and not given back. */
export function takenBy({ balance_transactions }: Stripe.Dispute): number {
  return balance_transactions.reduce((total, { amount }) => total - amount, 0);
}

/** The bank's decision. Won money returns without the fee, all of it or `returned` cents. Throws when it was decided before. */
export function decideDispute(
  world: World,
  before: Stripe.Dispute,
  decision: 'won' | 'lost',
  returned_cents = before.amount,
): Stripe.Dispute {
  if (!isOpen(before)) throw new Error(`${before.id} is ${before.status} already`);
  const inquiry = before.status.startsWith('warning_');
  const returned = decision === 'won' && !inquiry ? [reinstate(world, before, returned_cents)] : [];
  const after = world.store.put('disputes', before.id, {
    ...before,
    balance_transactions: [...before.balance_transactions, ...returned],
    is_charge_refundable: false,
    status: inquiry ? 'warning_closed' : decision,
  });
  if (returned.length > 0) record(world, 'charge.dispute.funds_reinstated', after);
  record(world, 'charge.dispute.closed', after, { previous: { status: before.status } });
  return after;
}

export function dispute(world: World, id: string): Stripe.Dispute {
  const found = world.store.get('disputes', id);
  if (!found) throw noSuch('dispute', id, 'id');
  return found;
}

function isOpen({ status }: Stripe.Dispute): boolean {
  return ['needs_response', 'under_review', 'warning_needs_response', 'warning_under_review'].includes(status);
}

function update(call: Call<z.output<typeof updateRules>>): Stripe.Dispute {
  const { world, parameters } = call;
  const before = dispute(world, idOf(call));
  if (!isOpen(before)) throw refused('This dispute is already closed', 'dispute_already_closed');
  const inquiry = before.status.startsWith('warning_');
  const submitted = parameters.evidence !== undefined && parameters.submit !== false;
  const details = before.evidence_details;
  const after = world.store.put('disputes', before.id, {
    ...before,
    evidence: { ...before.evidence, ...parameters.evidence },
    evidence_details: submitted
      ? { ...details, has_evidence: true, submission_count: details.submission_count + 1, submission_method: 'manual' }
      : details,
    metadata: mergedMetadata(before.metadata, parameters.metadata),
    status: submitted ? (inquiry ? 'warning_under_review' : 'under_review') : before.status,
  });
  record(world, 'charge.dispute.updated', after, { previous: { status: before.status } });
  // Stripe's own words that decide a dispute in test mode.
  const { uncategorized_text } = after.evidence;
  if (submitted && uncategorized_text === 'winning_evidence') return decideDispute(world, after, 'won');
  if (submitted && uncategorized_text === 'losing_evidence') return decideDispute(world, after, 'lost');
  return after;
}

function close(world: World, before: Stripe.Dispute): Stripe.Dispute {
  if (!isOpen(before)) throw refused('This dispute is already closed', 'dispute_already_closed');
  return decideDispute(world, before, 'lost');
}

function withdraw(world: World, id: string, amount: number, fee = DISPUTE_FEE_CENTS): Stripe.BalanceTransaction {
  return book(world, PLATFORM, {
    type: 'adjustment',
    reporting_category: 'dispute',
    amount: -amount,
    fee,
    source: id,
    description: 'Chargeback withdrawal',
  });
}

function reinstate(world: World, { id }: Stripe.Dispute, amount: number): Stripe.BalanceTransaction {
  return book(world, PLATFORM, {
    type: 'adjustment',
    reporting_category: 'dispute_reversal',
    amount,
    source: id,
    description: 'Chargeback reversal',
  });
}

function list({ world, parameters, path }: Call<z.output<typeof listRules>>): Stripe.ApiList<Stripe.Dispute> {
  const { charge, created, payment_intent } = parameters;
  const rows = world.store
    .all('disputes')
    .filter((row) => within(created, row.created))
    .filter((row) => charge === undefined || row.charge === charge)
    .filter((row) => payment_intent === undefined || row.payment_intent === payment_intent);
  return page(rows, parameters, path);
}

import type { Failpoint } from '../../platform/failpoint.js';

/** Effects at the card processor, by the name of the code that sends them. */
export const EFFECT_NAMES = ['top_up', 'card_refund', 'payout', 'payout_reversal'] as const;
export type EffectName = (typeof EFFECT_NAMES)[number];

/** What events of the card processor are about. */
export const EVENT_MATTERS = [
  'payment',
  'refund',
  'dispute',
  'dispute_end',
  'warning',
  'account',
  'bank',
  'transfer',
] as const;
type EventMatter = (typeof EVENT_MATTERS)[number];

/** Step boundaries of requests that callers make, and of work by the clock, in the order in which work meets them. */
const STEPS = [
  'customer.create.before',
  'customer.create.after',
  'customer.stored.after_commit',
  'saved_card.attach.before',
  'saved_card.attach.after',
  'top_up.request.before_commit',
  'top_up.request.after_commit',
  'auto_top_up.before_commit',
  'auto_top_up.after_commit',
  'refund.request.before_commit',
  'refund.request.after_commit',
  'recipient.row.after_commit',
  'recipient.create.before',
  'recipient.create.after',
  'recipient.stored.after_commit',
  'recipient.link.before',
  'recipient.link.after',
  'effect.claim.before_commit',
  'effect.claim.after_commit',
  'effect.find.before',
  'effect.find.after',
  'effect.again.after_commit',
  'effect.refused.before_commit',
  'effect.refused.after_commit',
  'effect.lost.after_commit',
  'inbox.receive.before_commit',
  'inbox.receive.after_commit',
  'inbox.claim.after_commit',
  'inbox.fetch.before',
  'inbox.fetch.after',
  'sweep.claim.after_commit',
  'sweep.read.after',
  'sweep.receive.after',
  'sweep.upto.after_commit',
  'account.claim.after_commit',
  'account.read.before',
  'account.read.after',
  'account.apply.before_commit',
  'account.apply.after_commit',
  'batch.take.after_commit',
  'batch.plan.before_commit',
  'batch.plan.after_commit',
  'batch.finish.before_commit',
  'batch.finish.after_commit',
  'reconcile.take.after_commit',
  'reconcile.looked.after',
  'reconcile.read.after',
  'reconcile.cost.after_commit',
  'reconcile.judge.before_commit',
  'reconcile.judge.after_commit',
] as const;

const EFFECT_STEPS = ['send.before', 'send.after', 'apply.before_commit', 'apply.after_commit'] as const;
const EVENT_STEPS = ['before_commit', 'after_commit'] as const;

export type CardFailpoint =
  | (typeof STEPS)[number]
  | `effect.${EffectName}.${(typeof EFFECT_STEPS)[number]}`
  | `inbox.${EventMatter}.${(typeof EVENT_STEPS)[number]}`;

/** Every step boundary of the card adapter at which a drill may kill the process. */
export const CARD_FAILPOINTS: readonly CardFailpoint[] = [
  ...STEPS,
  ...EFFECT_NAMES.flatMap((name) => EFFECT_STEPS.map((step) => `effect.${name}.${step}` as const)),
  ...EVENT_MATTERS.flatMap((matter) => EVENT_STEPS.map((step) => `inbox.${matter}.${step}` as const)),
];

export type CardFailpoints = Failpoint<CardFailpoint>;
/** Provided by drills alone: without it nothing happens at any point. */
export const CARD_FAILPOINT = Symbol('CARD_FAILPOINT');
export const passCardFailpoint: CardFailpoints = () => undefined;

/** The first that an event's type begins with. */
const MATTERS_BY_TYPE: readonly (readonly [string, EventMatter])[] = [
  ['charge.dispute.closed', 'dispute_end'],
  ['charge.dispute.funds_reinstated', 'dispute_end'],
  ['charge.dispute.', 'dispute'],
  ['charge.refunded', 'refund'],
  ['refund.', 'refund'],
  ['radar.', 'warning'],
  ['transfer.', 'transfer'],
  ['account.external_account.', 'bank'],
  ['payout.', 'account'],
  ['v2.core.account', 'account'],
];

/** What an event of this type is about; a payment when nothing else is said. */
export const matterOf = (type: string): EventMatter =>
  MATTERS_BY_TYPE.find(([prefix]) => type.startsWith(prefix))?.[1] ?? 'payment';

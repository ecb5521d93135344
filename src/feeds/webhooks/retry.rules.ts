import type { DeliveryOutcome } from '@groundtruth/sdk/protocol';
import { seconds, type Instant } from '../../kernel/clock.js';
import type { EgressAnswer } from '../../platform/egress/index.js';
import type { DeliveryRow } from './webhook.entity.js';

const FIRST_PAUSE_S = 2;
const GROWTH = 4;
const PAUSE_S_MAX = 6 * 3_600;
/** Each pause is up to this part longer or shorter, so that what failed together does not come back together. */
const JITTER = 0.2;
/** A receiver may ask for this much, and no more. */
const RETRY_AFTER_S_MAX = 3_600;
const OK = { from: 200, to: 299 };
const REDIRECTS = { from: 300, to: 399 };
const GONE = 410;

/** What is done after an attempt. */
export type Verdict =
  { readonly move: 'deliver' } | { readonly move: 'give_up' } | { readonly move: 'wait'; readonly due_at: Instant };

/** 2, 8, 32 seconds, and so on up to six hours, each with up to a fifth more or less; `dice` from 0 up to, not including, 1. */
export function pauseAfter(attempts: number, dice: number): number {
  const pause_s = Math.min(FIRST_PAUSE_S * GROWTH ** (attempts - 1), PAUSE_S_MAX);
  return Math.round(seconds(pause_s) * (1 + JITTER * (2 * dice - 1)));
}

export function outcomeOf(answer: EgressAnswer): DeliveryOutcome {
  if ('failure' in answer) return answer.failure;
  if (within(OK, answer.status)) return 'delivered';
  return within(REDIRECTS, answer.status) ? 'redirect' : 'status';
}

/** Only 2xx is an answer that ends it well; anything else is tried again until the next try would come too late. */
export function verdictOf(
  delivery: Pick<DeliveryRow, 'attempts' | 'give_up_at'>,
  answer: EgressAnswer,
  now: Instant,
  dice: number,
): Verdict {
  if (outcomeOf(answer) === 'delivered') return { move: 'deliver' };
  const asked_s = 'status' in answer ? (answer.retry_after_s ?? 0) : 0;
  const pause = Math.max(pauseAfter(delivery.attempts, dice), seconds(Math.min(asked_s, RETRY_AFTER_S_MAX)));
  return now + pause > delivery.give_up_at ? { move: 'give_up' } : { move: 'wait', due_at: now + pause };
}

/** The receiver says that nobody is there any more (Standard Webhooks). */
export const isGone = (answer: EgressAnswer): boolean => 'status' in answer && answer.status === GONE;

const within = ({ from, to }: { from: number; to: number }, status: number): boolean => status >= from && status <= to;

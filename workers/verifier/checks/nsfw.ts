import { unavailable, type Evidence, type Judgement } from './check.js';
import { strangerText } from './stranger-text.js';

/**
 * No pornographic picture reaches a requester unseen: one that may be is held for a person, never failed, for the model is often wrong.
 * The score is how likely the picture is harmless.
 */
export function nsfw({ embedded, cards }: Evidence): Judgement | null {
  if (!embedded) return null;
  if (!embedded.ok) return unavailable(embedded);
  const { model, classes, model_sha256, provider, duration_ms } = embedded.value;
  const { limit, guard_band } = cards.nsfw;
  const score = harmless(classes.porn + classes.hentai + classes.sexy);
  const threshold = harmless(limit - guard_band);
  const status = score >= threshold ? 'pass' : 'inconclusive';
  const reason = status === 'pass' ? {} : { reason: 'perhaps_explicit' };
  return {
    status,
    score,
    threshold,
    evidence: { model: strangerText(model), ...reason },
    model_sha256,
    provider,
    duration_ms,
  };
}

/** One minus the explicit share, to a millionth and never out of range: three rounded shares may add up to a little over 1. */
const harmless = (explicit: number): number => Math.min(1, Math.max(0, Math.round((1 - explicit) * 1e6) / 1e6));

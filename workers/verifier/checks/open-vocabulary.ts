import type { CaptureContext } from '../context.js';
import { unavailable, type Evidence, type Judgement } from './check.js';
import { strangerText } from './stranger-text.js';
import { absentBelowOf, bandOf, gradeOf, passAtOf } from './thresholds.js';
import { weakest } from './weakest.js';

/** The sentences the criteria hold the picture against, in their order. */
export function promptsOf({ criteria }: CaptureContext): string[] {
  return criteria.all.flatMap((criterion) =>
    'open_vocabulary' in criterion ? [criterion.open_vocabulary.prompt] : [],
  );
}

/**
 * The picture fits each prompt by the bars of the configured model; all must pass. Without a model it is unavailable, never passed:
 * such bounties are refused at quote, so only a change of configuration brings them here.
 */
export function openVocabulary({ context, cards, open_vocabulary: scored }: Evidence): Judgement | null {
  if (!scored) return null;
  if (!scored.ok) return unavailable(scored);
  const card = cards.open_vocabulary;
  if (!card) return unavailable({ reason: 'no_model' });
  const { model, scores, model_sha256, provider, duration_ms } = scored.value;
  const prompts = promptsOf(context);
  if (scores.length !== prompts.length) return unavailable({ reason: 'garbled' });
  const pass_at = passAtOf(card);
  const fits = prompts.map((prompt, i) => {
    const score = scores[i] ?? 0;
    return { prompt, score, pass_at, status: gradeOf(score, card, pass_at) };
  });
  const decisive = weakest(fits);
  const declaredAbsent = context.declared === 'absent';
  return {
    status: decisive.status,
    score: declaredAbsent ? Math.max(...scores) : decisive.score,
    threshold: pass_at,
    ...bandOf(fits, card),
    ...(declaredAbsent ? { absent_below: absentBelowOf(card) } : {}),
    evidence: { model: strangerText(model), prompts: fits },
    model_sha256,
    provider,
    duration_ms,
  };
}

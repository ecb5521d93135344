import type { Check, Evidence, Judgement } from './check.js';

/**
 * Frames of the sampled ones that must pass before a film does: a quarter, and at least two. One frame is not enough, for a detector
 * errs once in a while and a film gives it nine chances; half would refuse the honest pan, which shows each thing for a moment.
 */
export const enoughOf = (frames: number): number => Math.min(frames, Math.max(2, Math.ceil(frames / 4)));

const STANDING: readonly Judgement['status'][] = ['fail', 'unavailable', 'inconclusive', 'pass'];

/**
 * A check of a photo as a check of a film: each sampled frame is judged as a photo would be, so what is asked for must be seen together.
 * It passes when enough frames pass, with the score of the weakest of the best that make enough; when some do, but too few, a person
 * looks; otherwise the best frame speaks. Declared absence is held against the frame that shows most.
 */
export function overFrames(stage: 'objects' | 'text', check: Check): Check {
  return (evidence) => {
    const seen = evidence.frames?.[stage];
    if (!seen) return check(evidence);
    const judged = seen.map((value) => check({ ...evidence, [stage]: { ok: true, value } }));
    const judgements = judged.filter((judgement) => judgement !== null);
    return judgements.length < judged.length ? null : together(evidence, judgements);
  };
}

function together({ context, decoded }: Evidence, judgements: readonly Judgement[]): Judgement {
  const order = [...judgements.keys()].sort((one, other) => rank(judgements[other]!) - rank(judgements[one]!));
  const enough = enoughOf(judgements.length);
  const passed = judgements.filter(({ status }) => status === 'pass').length;
  const most = [...judgements.keys()].reduce(
    (best, at) => (scoreOf(judgements[at]!) > scoreOf(judgements[best]!) ? at : best),
    0,
  );
  const frame = context.declared === 'absent' ? most : order[passed >= enough ? enough - 1 : 0]!;
  const times = decoded?.ok ? decoded.value.film?.sampled_ms : undefined;
  const { duration_ms: _, ...shown } = judgements[frame]!;
  const film = { frames: judgements.length, enough, passed, frame_at_ms: times?.[frame] ?? null };
  const duration_ms = judgements.reduce((sum, { duration_ms = 0 }) => sum + duration_ms, 0);
  const tooFew = context.declared === 'present' && shown.status === 'pass' && passed < enough;
  const evidence = { ...shown.evidence, film, ...(tooFew && { reason: 'too_few_frames' }) };
  return { ...shown, status: tooFew ? 'inconclusive' : shown.status, evidence, duration_ms };
}

const scoreOf = ({ score = 0 }: Judgement): number => score;

/** Better judgements are higher: by status, then by score. */
const rank = (judgement: Judgement): number => STANDING.indexOf(judgement.status) * 2 + scoreOf(judgement);

import type { Evidence, Gathered } from './checks/check.js';
import { TEXT_LINES_MAX, type ObjectsEvidence, type TextEvidence } from './decoder/evidence.js';

/** What each stage that looks at frames answers. */
interface Looks {
  readonly objects: ObjectsEvidence;
  readonly text: TextEvidence;
}

/**
 * Asks once for a photo, and once for every sampled frame of a film. A film of which one frame could not be looked at has not been
 * looked at: the failure stands for the whole.
 */
export async function lookFor<S extends keyof Looks>(
  stage: S,
  evidence: Evidence,
  ask: (frame?: number) => Promise<Gathered<Looks[S]>>,
): Promise<Partial<Evidence>> {
  const film = evidence.decoded?.ok ? evidence.decoded.value.film : undefined;
  if (!film) return { [stage]: await ask() };
  const seen: Looks[S][] = [];
  for (let frame = 0; frame < film.sampled_ms.length; frame++) {
    const look = await ask(frame);
    if (!look.ok) return { [stage]: look };
    seen.push(look.value);
  }
  const whole: Gathered<Looks[S]> = { ok: true, value: TOGETHER[stage](seen) };
  return { [stage]: whole, frames: { ...evidence.frames, [stage]: seen } };
}

/** All frames as if they were one picture: what the code in the scene is read from. */
const TOGETHER: { readonly [S in keyof Looks]: (seen: readonly Looks[S][]) => Looks[S] } = {
  objects: (seen) => ({ ...seen[Math.floor(seen.length / 2)]!, duration_ms: took(seen) }),
  text: (seen) => {
    const lines = seen.flatMap((one) => one.lines);
    const best = [...lines].sort((one, other) => other.confidence - one.confidence);
    const distinct = best.filter(({ text }, index) => best.findIndex((other) => other.text === text) === index);
    return { ...seen[0]!, lines: distinct.slice(0, TEXT_LINES_MAX), duration_ms: took(seen) };
  },
};

const took = (seen: readonly { duration_ms: number }[]): number =>
  seen.reduce((sum, { duration_ms }) => sum + duration_ms, 0);

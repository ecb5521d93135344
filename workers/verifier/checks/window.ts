import { toWireTime } from '@groundtruth/sdk/protocol';
import { fail, inconclusive, pass, type Evidence, type Judgement } from './check.js';

/**
 * The whole proven interval lies in the window: pass; wholly outside: fail; partly: the capture may have been made on either side.
 * Both ends belong to the window. A late upload passes when its seal came in time, since the seal ends the interval.
 */
export function window({ context }: Evidence): Judgement {
  const { t0, t1 } = context;
  const { opens_at, closes_at } = context.window;
  const evidence = { t0: toWireTime(t0), t1: toWireTime(t1) };
  if (opens_at !== null && t1 < opens_at) return fail('too_early', evidence);
  if (t0 > closes_at) return fail('too_late', evidence);
  const inside = (opens_at === null || t0 >= opens_at) && t1 <= closes_at;
  return inside ? pass(evidence) : inconclusive({ reason: 'interval_crosses_window', ...evidence });
}

/** One frame of a film as continuity sees it. */
export interface SmallFrame {
  /** Presentation time, in milliseconds from the film's own beginning. */
  readonly at_ms: number;
  /** Luma of the whole frame, squeezed to `SMALL_SIDE` x `SMALL_SIDE`. */
  readonly luma: Uint8Array;
}

export const SMALL_SIDE = 32;
/** Mean change of luma (0 to 1) between neighbours from which on a cut is thought of: fast pans stay below it. */
const JUMP_MIN = 0.1;
/** A cut also stands out against what the film does elsewhere: this many times its median change. */
const JUMP_RATIO = 6;
/** Cuts told; a film with more is no less cut. */
export const CUTS_MAX = 32;

export interface Continuity {
  readonly frames: number;
  readonly first_ms: number;
  readonly last_ms: number;
  /** Longest time between neighbours. */
  readonly gap_ms_max: number;
  /** Frames that are not later than the one before. */
  readonly backwards: number;
  /** When the picture jumps, each in milliseconds. */
  readonly cuts_ms: number[];
  /** Whether no frame differs from the first at all: a picture held up for the length of a film. */
  readonly still: boolean;
}

/** What the times and small pictures of all frames tell of how a film runs. Pure; at least one frame. */
export function continuityOf(frames: readonly SmallFrame[]): Continuity {
  const steps = frames.slice(1).map((frame, index) => ({
    at_ms: frame.at_ms,
    gap_ms: frame.at_ms - frames[index]!.at_ms,
    change: changeBetween(frames[index]!.luma, frame.luma),
  }));
  const usual = median(steps.map(({ change }) => change));
  const jumps = steps.filter(({ change }) => change >= JUMP_MIN && change >= JUMP_RATIO * usual);
  return {
    frames: frames.length,
    first_ms: frames[0]!.at_ms,
    last_ms: frames.at(-1)!.at_ms,
    gap_ms_max: steps.reduce((most, { gap_ms }) => Math.max(most, gap_ms), 0),
    backwards: steps.filter(({ gap_ms }) => gap_ms <= 0).length,
    cuts_ms: jumps.slice(0, CUTS_MAX).map(({ at_ms }) => at_ms),
    still: steps.length > 0 && steps.every(({ change }) => change === 0),
  };
}

/** Mean absolute difference, 0 to 1. */
function changeBetween(one: Uint8Array, other: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < one.length; at++) sum += Math.abs(one[at]! - other[at]!);
  return sum / (255 * one.length);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

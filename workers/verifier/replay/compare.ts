import type { CheckName, CheckResult } from '@groundtruth/sdk/protocol';

/** What of a check result is compared. Durations differ on every machine, evidence repeats what these say. */
export const COMPARED = [
  'status',
  'score',
  'threshold',
  'absent_below',
  'model_sha256',
  'provider',
  'version',
] as const;
export type ComparedField = (typeof COMPARED)[number];

export interface FieldDifference {
  readonly field: ComparedField;
  readonly recorded: string | number | null;
  readonly recomputed: string | number | null;
}

/**
 * - `same`: same status by the same model, version and bars; the score within the model's guard band.
 * - `inconclusive`: the status flipped because the score moved across a bar by no more than the guard band, which another execution
 *   provider or processor explains. Neither run is wrong.
 * - `differs`: another model, version or bar, a score that moved further, a status nothing explains, or a check only one of the two has.
 * - `taken`: rests on what the database answered at that time, so the recorded answer was taken as it is.
 * - `not_run`: could not be run again here (its model or its input is missing).
 */
export type CheckComparisonStatus = 'same' | 'inconclusive' | 'differs' | 'taken' | 'not_run';

export interface CheckComparison {
  readonly check: CheckName;
  readonly status: CheckComparisonStatus;
  /** Every compared field that is not the same, also where the status explains it. */
  readonly differences: readonly FieldDifference[];
}

/** Scores closer than this are one score: the last digits of a float. */
const SAME_SCORE = 1e-6;

export interface CompareOptions {
  /** How far a score of this check may move between machines; 0 for a check without a model. */
  readonly guardBandOf: (check: CheckName) => number;
  /** Checks whose answer came from the database. */
  readonly taken: readonly CheckName[];
}

/**
 * Holds a replay against what was recorded, check by check, in the order recorded; checks that only the replay has come last. Pure.
 */
export function compareChecks(
  recorded: readonly CheckResult[],
  replayed: readonly CheckResult[],
  options: CompareOptions,
): CheckComparison[] {
  const again = new Map(replayed.map((result) => [result.check, result]));
  const known = new Set(recorded.map(({ check }) => check));
  return [
    ...recorded.map((result) => compareCheck(result, again.get(result.check), options)),
    ...replayed.filter(({ check }) => !known.has(check)).map((result) => onlyReplayed(result)),
  ];
}

function compareCheck(
  recorded: CheckResult,
  replayed: CheckResult | undefined,
  { guardBandOf, taken }: CompareOptions,
): CheckComparison {
  const { check } = recorded;
  if (!replayed) return { check, status: 'not_run', differences: [] };
  const differences = COMPARED.flatMap((field) => differenceOf(field, recorded, replayed));
  if (replayed.status === 'unavailable' && recorded.status !== 'unavailable') {
    return { check, status: 'not_run', differences };
  }
  const rule = differences.some(({ field }) => RULES.includes(field));
  const moved = Math.abs((recorded.score ?? 0) - (replayed.score ?? 0));
  const explained = moved <= guardBandOf(check) + SAME_SCORE;
  const flipped = recorded.status !== replayed.status;
  if (rule || !explained || (flipped && moved <= SAME_SCORE)) return { check, status: 'differs', differences };
  if (flipped) return { check, status: 'inconclusive', differences };
  return { check, status: taken.includes(check) ? 'taken' : 'same', differences };
}

/** Fields in which two runs of the same rules never differ, whatever they run on. */
const RULES: readonly ComparedField[] = ['threshold', 'absent_below', 'model_sha256', 'version'];

function differenceOf(field: ComparedField, recorded: CheckResult, replayed: CheckResult): FieldDifference[] {
  const [was, is] = [recorded[field] ?? null, replayed[field] ?? null];
  const close = typeof was === 'number' && typeof is === 'number' && Math.abs(was - is) <= SAME_SCORE;
  return was === is || close ? [] : [{ field, recorded: was, recomputed: is }];
}

function onlyReplayed({ check, status }: CheckResult): CheckComparison {
  return { check, status: 'differs', differences: [{ field: 'status', recorded: null, recomputed: status }] };
}

import { itemLines, type Line, type ReportItem, type Result } from '@groundtruth/sdk/cli';
import type { Verdict } from '@groundtruth/sdk/protocol';
import type { CheckComparison } from '../../../workers/verifier/replay/compare.js';
import { rulingAgrees, type Replay } from '../../../workers/verifier/replay/replay.js';

/** What a replay found, as `--json` prints it. */
export interface VerifyReport {
  readonly verdict_id: string | null;
  /** 2: checks of content on published media. 3: every check, from the original. */
  readonly level: 2 | 3;
  readonly result: Result;
  readonly items: readonly ReportItem[];
  readonly checks: readonly CheckComparison[];
  readonly ruling: Replay['ruling'];
}

export function reportOf(
  verdict: Verdict | null,
  items: readonly ReportItem[],
  level: VerifyReport['level'],
  replay: Replay | null,
): VerifyReport {
  const checks = replay?.checks ?? [];
  const open = checks.some(({ status }) => status === 'inconclusive' || status === 'not_run');
  // A ruling that rests on an inconclusive check may be another without anybody being wrong.
  const ruled = !verdict || !replay || open || rulingAgrees(verdict, replay);
  const states = [...items, ...checks].map(({ status }) => status);
  const differs = states.includes('differs') || !ruled;
  const settled = !open && !states.includes('not_checked');
  return {
    verdict_id: verdict?.verdict_id ?? null,
    level,
    result: differs ? 'differs' : settled ? 'same' : 'inconclusive',
    items,
    checks,
    ruling: replay?.ruling ?? null,
  };
}

/** The same for a person: one line an item and check, what differs beside it. */
export function linesOf({ verdict_id, level, result, items, checks, ruling }: VerifyReport): Line[] {
  return [
    `${verdict_id ?? 'no verdict'}, replayed at level ${level}`,
    ...itemLines(items),
    ...checks.map(({ check, status, differences }) => {
      const changed = differences.map((one) => `${one.field} ${one.recorded ?? '-'} → ${one.recomputed ?? '-'}`);
      return [`  ${status}`, check, changed.join(', ')];
    }),
    ...(ruling
      ? [`  the checks decide: ${ruling.outcome}${ruling.finding ? ` (${ruling.finding})` : ''}, tier ${ruling.tier}`]
      : []),
    `result: ${result}`,
  ];
}

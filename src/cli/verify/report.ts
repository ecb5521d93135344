import type { RecomputedItem } from '@groundtruth/sdk/feeds';
import type { Verdict } from '@groundtruth/sdk/protocol';
import type { CheckComparison } from '../../../workers/verifier/replay/compare.js';
import { rulingAgrees, type Replay } from '../../../workers/verifier/replay/replay.js';

/** An item of the verdict, or of the observation it was sold in. */
export type ReportItem = Omit<RecomputedItem, 'item'> & {
  readonly item: RecomputedItem['item'] | 'observation' | 'media';
};

/** What `verify` found, as `--json` prints it. */
export interface VerifyReport {
  readonly verdict_id: string | null;
  /** 1: signature, log and decision. 2: also checks of content on published media. 3: every check, from the original. */
  readonly level: 1 | 2 | 3;
  /** `same`: reproduced. `differs`: something does not hold. `inconclusive`: nothing differs, but not everything could be settled here. */
  readonly result: 'same' | 'differs' | 'inconclusive';
  readonly items: readonly ReportItem[];
  readonly checks: readonly CheckComparison[];
  readonly ruling: Replay['ruling'];
}

/** Exit status of each result; 2 is for wrong usage. */
export const EXIT_STATUS = { same: 0, differs: 1, inconclusive: 3 } as const satisfies Record<
  VerifyReport['result'],
  number
>;

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
export function inWords({ verdict_id, level, result, items, checks, ruling }: VerifyReport): string {
  const lines = [
    `${verdict_id ?? 'no verdict'}, replayed at level ${level}`,
    ...items.map(({ item, status, recorded, recomputed }) =>
      row(status, item, status === 'differs' ? `recorded ${recorded ?? '-'}, recomputed ${recomputed ?? '-'}` : ''),
    ),
    ...checks.map(({ check, status, differences }) => {
      const changed = differences.map((one) => `${one.field} ${one.recorded ?? '-'} → ${one.recomputed ?? '-'}`);
      return row(status, check, changed.join(', '));
    }),
    ...(ruling
      ? [`  the checks decide: ${ruling.outcome}${ruling.finding ? ` (${ruling.finding})` : ''}, tier ${ruling.tier}`]
      : []),
    `result: ${result}`,
  ];
  return `${lines.join('\n')}\n`;
}

const row = (status: string, name: string, detail: string): string =>
  `  ${status.padEnd(13)}${name.padEnd(20)}${detail}`.trimEnd();

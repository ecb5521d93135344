import { decide, type CheckName, type CheckStatus } from '@groundtruth/sdk/protocol';
import { SystemClock } from '../../src/platform/time.js';
import { judge } from '../../workers/verifier/judge.js';
import { rulingOfChecks } from '../../workers/verifier/verify.js';
import type { Trial } from './trials.js';
import { rateOf, type Rate } from './wilson.js';

type Counts = Record<CheckStatus, number>;

/** Statuses of one check over all trials of one name. */
export interface CheckRow {
  readonly trial: string;
  readonly check: CheckName;
  readonly counts: Counts;
  /** Genuine captures it failed. Null for attacks. */
  readonly false_reject: Rate | null;
  /** Attacks it passed. Null for genuine captures. */
  readonly false_accept: Rate | null;
}

/** Outcomes of all trials of one name. */
export interface OutcomeRow {
  readonly trial: string;
  readonly accepted: Rate;
  readonly rejected: Rate;
  readonly review: Rate;
}

export interface Rates {
  readonly checks: readonly CheckRow[];
  readonly outcomes: readonly OutcomeRow[];
}

const CLOCK = new SystemClock();

/** Judges every trial by the plan of the verifier and counts. Of an attack, only the check that should catch it counts. */
export function ratesOf(trials: readonly Trial[]): Rates {
  const checks = new Map<string, { trial: string; check: CheckName; attack: boolean; counts: Counts }>();
  const outcomes = new Map<string, Record<'accepted' | 'rejected' | 'review', number>>();
  for (const { name, caught_by, whole, checks: counted, evidence } of trials) {
    for (const { check, status } of counted ? judge(evidence) : []) {
      if (caught_by !== null && check !== caught_by) continue;
      if (caught_by === null && !whole && CONTENT.includes(check)) continue;
      const key = `${name} ${check}`;
      const row = checks.get(key) ?? { trial: name, check, attack: caught_by !== null, counts: { ...NONE } };
      row.counts[status]++;
      checks.set(key, row);
    }
    if (!whole) continue;
    const { tier, checks: results } = rulingOfChecks(evidence, CLOCK);
    const { outcome } = decide(evidence.context.criteria, evidence.context.declared, tier, results);
    const row = outcomes.get(name) ?? { accepted: 0, rejected: 0, review: 0 };
    row[outcome]++;
    outcomes.set(name, row);
  }
  return { checks: [...checks.values()].map(checkRow), outcomes: [...outcomes].map(outcomeRow) };
}

/** Held back where nothing is known of the picture's content. */
const CONTENT: readonly CheckName[] = ['objects', 'text'];
const NONE: Counts = { pass: 0, fail: 0, inconclusive: 0, unavailable: 0 };

function checkRow(row: { trial: string; check: CheckName; attack: boolean; counts: Counts }): CheckRow {
  const { trial, check, attack, counts } = row;
  const all = Object.values(counts).reduce((sum, n) => sum + n, 0);
  return {
    trial,
    check,
    counts,
    false_reject: attack ? null : rateOf(counts.fail, all),
    false_accept: attack ? rateOf(counts.pass, all) : null,
  };
}

function outcomeRow([trial, counts]: [string, Record<'accepted' | 'rejected' | 'review', number>]): OutcomeRow {
  const all = counts.accepted + counts.rejected + counts.review;
  const of = (name: keyof typeof counts): Rate => rateOf(counts[name], all);
  return { trial, accepted: of('accepted'), rejected: of('rejected'), review: of('review') };
}

import { EXIT, type Line } from '@groundtruth/sdk/cli';
import type { LogFault } from '@groundtruth/sdk/feeds';
import type { Mode } from '@groundtruth/sdk/protocol';
import type { Finding } from './records.js';

/** What one audit found. */
export interface Report {
  readonly subject: string;
  readonly mode: Mode;
  readonly status: number;
  /** Null when the log could not be read to its end. */
  readonly size: number | null;
  readonly root: string | null;
  readonly leaves: number;
  readonly checkpoints: number;
  readonly cosigned: readonly string[];
  /** How many records were looked for in the log. */
  readonly records: number;
  /** How many of them no checkpoint covers yet. */
  readonly pending: number;
  readonly findings: readonly Finding[];
  /** What the log was caught at; null when at nothing. */
  readonly fault: Pick<LogFault, 'code' | 'message' | 'facts'> | null;
  /** Why there was nothing to audit; null when there was. */
  readonly nothing: string | null;
}

/** Lines of findings a terminal is given; the JSON file has them all. */
const LINES_MAX = 50;

export function linesOf(report: Report): Line[] {
  const { subject, mode, size, root, leaves, checkpoints, cosigned, records, pending, findings, fault, nothing } =
    report;
  if (nothing !== null) return [`not audited: ${nothing}`];
  return [
    `the ${mode} log of ${subject}`,
    ...(size === null
      ? []
      : [
          ['  size', String(size)],
          ['  root', root!],
          ['  read', `${leaves} leaves, ${checkpoints} checkpoints`],
        ]),
    ...(cosigned.length === 0 ? [] : [['  cosigned', cosigned.join(', ')]]),
    ['  records', `${records} looked for, ${pending} not covered yet`],
    ...findings.slice(0, LINES_MAX).map(({ what, type, id }) => `CAUGHT  ${what}  ${type}  ${id}`),
    ...(findings.length > LINES_MAX ? [`and ${findings.length - LINES_MAX} more`] : []),
    ...(fault === null ? [] : [`CAUGHT  ${fault.message}`]),
    `result: ${report.status === EXIT.ok ? 'holds' : 'caught'}`,
  ];
}

export const documentOf = (report: Report) => ({ command: 'audit', holds: report.status === EXIT.ok, ...report });

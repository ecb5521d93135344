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

export const HOLDS = 0;
export const CAUGHT = 1;
export const NOT_AUDITED = 3;
/** Lines of findings a terminal is given; the JSON file has them all. */
const LINES_MAX = 50;

export function inWords(report: Report): string {
  const { subject, mode, size, root, leaves, checkpoints, cosigned, records, pending, findings, fault, nothing } =
    report;
  if (nothing !== null) return `not audited: ${nothing}\n`;
  const lines = [
    `the ${mode} log of ${subject}`,
    ...(size === null
      ? []
      : [`  size\t${size}`, `  root\t${root}`, `  read\t${leaves} leaves, ${checkpoints} checkpoints`]),
    ...(cosigned.length === 0 ? [] : [`  cosigned\t${cosigned.join(', ')}`]),
    `  records\t${records} looked for, ${pending} not covered yet`,
    ...findings.slice(0, LINES_MAX).map(({ what, type, id }) => `CAUGHT\t${what}\t${type}\t${id}`),
    ...(findings.length > LINES_MAX ? [`and ${findings.length - LINES_MAX} more`] : []),
    ...(fault === null ? [] : [`CAUGHT\t${fault.message}`]),
    `result: ${report.status === HOLDS ? 'holds' : 'caught'}`,
  ];
  return `${lines.join('\n')}\n`;
}

export function asJson(report: Report): string {
  return JSON.stringify({ command: 'audit', holds: report.status === HOLDS, ...report }, null, 2);
}

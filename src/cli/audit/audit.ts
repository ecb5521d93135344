import { writeFile } from 'node:fs/promises';
import { EXIT, type Output, type Terminal } from '@groundtruth/sdk/cli';
import {
  auditLog,
  ConnectionFailed,
  LogFault,
  ProblemError,
  type AuditedLog,
  type LoggedLeaf,
  type LogSource,
  type TrustedLog,
} from '@groundtruth/sdk/feeds';
import { SystemClock } from '../../platform/time.js';
import { argumentsIn, type AuditArguments, type AuditOptions } from './arguments.js';
import { compared, type Expected, type Records } from './records.js';
import { documentOf, linesOf, type Report } from './report.js';
import { recordShown } from './shown.js';
import { openState, saveState, type AuditState } from './state.js';
import { openSubject, type Subject } from './subject.js';

/** Audits a log and whether every record has its leaf (docs/log.md). Changes nothing but the state file, and that only when all holds. */
export async function audit({ options, terminal, out }: Line): Promise<number> {
  const asked = argumentsIn(options);
  const ending: (() => Promise<unknown>)[] = [];
  try {
    const report = await audited(asked, terminal, ending);
    const document = documentOf(report);
    out.show(document, linesOf(report));
    if (asked.report !== null) await writeFile(asked.report, `${JSON.stringify(document, null, 2)}\n`);
    return report.status;
  } finally {
    for (let end = ending.pop(); end; end = ending.pop()) await end();
  }
}

interface Line {
  readonly options: AuditOptions;
  readonly terminal: Terminal;
  readonly out: Output;
}

async function audited(asked: AuditArguments, terminal: Terminal, ending: (() => Promise<unknown>)[]): Promise<Report> {
  const state = await openState(asked.state, asked.mode);
  try {
    const subject = await openSubject(asked, terminal, state, ending);
    if (subject === null) return notAudited(asked, EXIT.unsettled, 'there is no database here');
    return await reportOf(asked, subject, state);
  } catch (error) {
    if (error instanceof ConnectionFailed) return notAudited(asked, EXIT.unreachable, error.message);
    if (error instanceof ProblemError) {
      return notAudited(asked, error.status >= 500 ? EXIT.unreachable : EXIT.refused, error.message);
    }
    throw error;
  }
}

async function reportOf(asked: AuditArguments, subject: Subject, state: AuditState | null): Promise<Report> {
  const leaves = new Map<string, LoggedLeaf>();
  const from = asked.full ? 0 : (state?.trusted.size ?? 0);
  const records = await subject.records(from);
  if (
    state === null &&
    (await subject.source.checkpoint()) === null &&
    records.expected.every(({ pending }) => pending)
  ) {
    return notAudited(asked, EXIT.unsettled, 'nothing is signed yet');
  }
  const source = ofOneCheckpoint(subject.source);
  const read = (trusted: TrustedLog | null): Promise<AuditedLog> =>
    auditLog(source, {
      keys: subject.keys,
      trusted,
      now: new SystemClock().now(),
      allowTest: asked.mode === 'test',
      witnesses: asked.witnesses,
      minWitnesses: asked.minWitnesses,
      onLeaf: (leaf) => leaves.set(leaf.id, leaf),
    });
  const base = { ...NOTHING, subject: subject.name, mode: asked.mode, ...countsOf(records) };
  try {
    const shown = await Promise.all(asked.records.map((file) => recordShown(file, subject.keys)));
    const expected = [...records.expected, ...shown];
    const last = await read(state?.trusted ?? null);
    const whole = state && (asked.full || isAnyBelow(state.trusted.size, expected)) ? await read(null) : null;
    const findings = compared({ ...records, expected }, leaves);
    const status = findings.length === 0 ? EXIT.ok : EXIT.invalid;
    if (status === EXIT.ok && asked.state !== null)
      await saveState(asked.state, { keys: subject.keys, trusted: last.trusted });
    return { ...base, status, findings, records: expected.length, ...measured(last, whole) };
  } catch (error) {
    if (!(error instanceof LogFault)) throw error;
    const { code, message, facts } = error;
    return { ...base, status: EXIT.invalid, fault: { code, message, facts } };
  }
}

/** Where a record is said to be is for the audited to choose, who may choose what is not read again. */
const isAnyBelow = (size: number, expected: readonly Expected[]): boolean =>
  expected.some(({ index }) => index !== undefined && index < size);

/** Two readings of one tree: whoever tells them apart could sign a history for each. */
function ofOneCheckpoint(source: LogSource): LogSource {
  let newest: Promise<string | null> | null = null;
  return { ...source, checkpoint: () => (newest ??= source.checkpoint()) };
}

function measured(last: AuditedLog, whole: AuditedLog | null) {
  const most = whole ?? last;
  return {
    size: last.trusted.size,
    root: last.trusted.root,
    leaves: most.leaves,
    checkpoints: most.checkpoints,
    cosigned: last.checkpoint.cosigned.map(({ name }) => name),
  };
}

const countsOf = ({ expected }: Records) => ({
  records: expected.length,
  pending: expected.filter(({ pending }) => pending).length,
});

const NOTHING = {
  size: null,
  root: null,
  leaves: 0,
  checkpoints: 0,
  cosigned: [],
  findings: [],
  fault: null,
  nothing: null,
} as const;

function notAudited(asked: AuditArguments, status: number, why: string): Report {
  return {
    ...NOTHING,
    subject: asked.baseUrl ?? 'the database',
    mode: asked.mode,
    status,
    records: 0,
    pending: 0,
    nothing: why,
  };
}

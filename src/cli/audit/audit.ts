import { writeFile } from 'node:fs/promises';
import {
  auditLog,
  ConnectionFailed,
  LogFault,
  ProblemError,
  type AuditedLog,
  type LoggedLeaf,
  type TrustedLog,
} from '@groundtruth/sdk/feeds';
import { SystemClock } from '../../platform/time.js';
import type { Command, CommandLine } from '../command.js';
import { argumentsIn, type AuditArguments } from './arguments.js';
import { compared, type Records } from './records.js';
import { asJson, CAUGHT, HOLDS, inWords, NOT_AUDITED, type Report } from './report.js';
import { recordShown } from './shown.js';
import { openState, saveState, type AuditState } from './state.js';
import { openSubject, type Subject } from './subject.js';

/**
 * Audits a log and whether every record has its leaf (docs/log.md). Changes nothing but the state file, and that only when all holds.
 * Exit status: 0 everything holds, 1 the log was caught or a record is missing, 2 usage, 3 nothing is there to audit or it was not reached.
 */
export const audit: Command = {
  usage:
    'groundtruth audit [--base-url URL] [--mode test|live] [--keys FILE] [--state FILE [--full]] [--record FILE]… [--witness KEY]… [--min-witnesses N] [--json FILE]',
  summary: 'Reads a log, hashes it again, and looks for every verdict and observation in it.',
  async run({ args, env, write }: CommandLine): Promise<number> {
    const asked = argumentsIn(args);
    const ending: (() => Promise<unknown>)[] = [];
    try {
      const report = await audited(asked, env, ending);
      write(inWords(report));
      if (asked.json !== null) await writeFile(asked.json, `${asJson(report)}\n`);
      return report.status;
    } finally {
      for (let end = ending.pop(); end; end = ending.pop()) await end();
    }
  },
};

async function audited(
  asked: AuditArguments,
  env: CommandLine['env'],
  ending: (() => Promise<unknown>)[],
): Promise<Report> {
  const state = await openState(asked.state, asked.mode);
  try {
    const subject = await openSubject(asked, env, state, ending);
    if (subject === null) return notAudited(asked, 'there is no database here');
    return await reportOf(asked, subject, state);
  } catch (error) {
    if (error instanceof ConnectionFailed || error instanceof ProblemError) return notAudited(asked, error.message);
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
    return notAudited(asked, 'nothing is signed yet');
  }
  const read = (trusted: TrustedLog | null): Promise<AuditedLog> =>
    auditLog(subject.source, {
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
    const whole = asked.full && state ? await read(null) : null;
    const last = await read(state?.trusted ?? null);
    const looked = { ...records, expected: [...records.expected, ...shown.filter(({ index }) => index >= from)] };
    const findings = compared(looked, leaves);
    const status = findings.length === 0 ? HOLDS : CAUGHT;
    if (status === HOLDS && asked.state !== null)
      await saveState(asked.state, { keys: subject.keys, trusted: last.trusted });
    return { ...base, status, findings, records: records.expected.length + shown.length, ...measured(last, whole) };
  } catch (error) {
    if (!(error instanceof LogFault)) throw error;
    const { code, message, facts } = error;
    return { ...base, status: CAUGHT, fault: { code, message, facts } };
  }
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

function notAudited(asked: AuditArguments, why: string): Report {
  return {
    ...NOTHING,
    subject: asked.baseUrl ?? 'the database',
    mode: asked.mode,
    status: NOT_AUDITED,
    records: 0,
    pending: 0,
    nothing: why,
  };
}

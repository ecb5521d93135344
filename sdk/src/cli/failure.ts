import { ConnectionFailed, ProblemError, StateNotReached, UnexpectedAnswer } from '../http/index.js';
import { ProofInvalid } from '../protocol/proof.js';
import { UsageError } from './command.js';
import { EXIT, type ExitStatus } from './exit.js';
import type { Line } from './output.js';
import { Repeatable } from './repeatable.js';

/** What went wrong, for whoever reads standard error, and the exit status. */
export interface Failure {
  readonly status: ExitStatus;
  /** RFC 9457. Codes of the server's catalogue, or one of this program's: see docs/cli.md. */
  readonly problem: Readonly<Record<string, unknown>>;
  readonly lines: readonly Line[];
}

export function failureOf(error: unknown, signal: AbortSignal): Failure {
  if (error instanceof Repeatable) return repeatable(failureOf(error.cause, signal), error.options);
  if (signal.aborted) return ours(EXIT.interrupted, 'interrupted', 'Interrupted', 'interrupted');
  if (error instanceof UsageError) return ours(EXIT.usage, 'usage', 'Wrong usage', error.message);
  if (error instanceof ProblemError) return refused(error);
  if (error instanceof ConnectionFailed)
    return ours(EXIT.unreachable, 'unreachable', 'The server did not answer', `${error.message}: ${causeOf(error)}`);
  if (error instanceof UnexpectedAnswer)
    return ours(EXIT.unreachable, 'unexpected_answer', 'The answer fits no schema of this version', error.message);
  if (error instanceof StateNotReached) {
    const status = error.why === 'timeout' ? EXIT.unreachable : EXIT.no;
    return ours(status, error.why === 'timeout' ? 'timeout' : 'not_reached', 'The wait ended', error.message);
  }
  if (error instanceof ProofInvalid)
    return ours(EXIT.invalid, 'proof_invalid', 'What was checked does not hold', error.message);
  const message = error instanceof Error ? error.message : String(error);
  return ours(EXIT.no, 'failed', 'A fault of this program', message);
}

function refused(error: ProblemError): Failure {
  const { status, code, title, detail, retry, request_id, param, hint, facts, retry_after_s, idempotency_key } = error;
  const standard = { title, status, detail, code, retry, request_id, param, hint, retry_after_s, idempotency_key };
  return {
    status: status >= 500 ? EXIT.unreachable : EXIT.refused,
    problem: { ...facts, type: `/docs/errors/${code}.md`, ...standard },
    lines: [
      `${status >= 500 ? 'failed' : 'refused'}: ${code}: ${detail || title}`,
      ...(param === null ? [] : [`  field: ${param}`]),
      ...(hint === null ? [] : [`  hint: ${hint}`]),
      `  retry: ${retry}${retry_after_s === null ? '' : `, after ${retry_after_s} s`}; see docs/errors/${code}.md`,
      ...(request_id === null ? [] : [`  request: ${request_id}`]),
    ],
  };
}

const ours = (status: ExitStatus, code: string, title: string, detail: string): Failure => ({
  status,
  problem: { type: 'about:blank', title, detail, code },
  lines: [`${code === 'usage' ? '' : `${code}: `}${detail}`],
});

/** Nobody knows whether a request that was not answered was carried out: the same again finds out, another does it twice. */
function repeatable(failure: Failure, options: readonly string[]): Failure {
  if (failure.status === EXIT.usage) return failure;
  return {
    ...failure,
    problem: { ...failure.problem, repeat_with: options },
    lines: [...failure.lines, `  to repeat the very same request: ${options.join(' ')}`],
  };
}

function causeOf(error: Error): string {
  for (let cause: unknown = error.cause; ; cause = cause.cause) {
    if (!(cause instanceof Error)) return 'no answer';
    if (!(cause.cause instanceof Error)) return cause.message || cause.name;
  }
}

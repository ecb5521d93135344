import { z } from 'zod';
import { ConnectionFailed, ProblemError } from '../http/index.js';
import { PROBLEMS, type Retry } from '../protocol/index.js';
import { escapeUnseen } from '../text/unseen.js';
import { untrusted, untrustedDeep, untrustedSchema } from './untrusted/untrusted.js';

const RETRIES = [
  'never',
  'same_key',
  'after_funding',
  'after_delay',
  'new_request',
] as const satisfies readonly Retry[];

/** A refusal as a tool answers it: branch on `code` and `retry`. */
export const refusalSchema = z.object({
  code: z.string().describe('Its page is the resource groundtruth://errors/{code}.'),
  status: z.int(),
  retry: z.enum(RETRIES),
  title: z.string(),
  hint: z.string().nullable(),
  param: z.string().nullable().describe('The argument at fault; null when no single one is.'),
  retry_after_s: z.number().nullable(),
  request_id: z.string().nullable(),
  idempotency_key: z.string().nullable().describe('Send it again with this key when retry is same_key.'),
  /** May quote what somebody wrote. */
  detail: untrustedSchema,
  facts: z.record(z.string(), z.unknown()),
});
export type Refusal = z.input<typeof refusalSchema>;

/** What a tool answers for this error; null for a fault of our own, which is nobody's to branch on. */
export function refusalOf(error: unknown): Refusal | null {
  if (error instanceof ProblemError) return fromProblem(error);
  if (error instanceof ConnectionFailed)
    return refusal('dependency_unavailable', {
      hint: 'Whether it was carried out is unknown: send it again with the same idempotency_key.',
      idempotency_key: error.idempotency_key,
    });
  return null;
}

/** A refusal of a tool itself, in the words of the exchange: to be thrown by its `run`. */
export function refusing(
  code: keyof typeof PROBLEMS,
  known: { detail: string; param?: string; hint?: string },
): ProblemError {
  const { status, retry, title } = PROBLEMS[code];
  const none = { request_id: null, param: null, hint: null, facts: {}, retry_after_s: null, idempotency_key: null };
  return new ProblemError({ status, code, retry, title, ...none, ...known });
}

/** A fault of our own: an answer that fits no schema is one too. */
export const FAULT: Refusal = refusal('internal', {});
export const STOPPING: Refusal = refusal('dependency_unavailable', {
  hint: 'This server is stopping: make the same call again in a moment.',
});

/** The refusal in a sentence, without anything that a stranger wrote. */
export function sayRefusal({ code, title, hint, param, retry, retry_after_s }: Refusal): string {
  const at = param === null ? '' : ` (${param})`;
  const wait = retry_after_s === null ? '' : ` Wait ${retry_after_s} s.`;
  return `Refused: ${code}${at}. ${title}.${hint ? ` ${hint}` : ''} retry: ${retry}.${wait}`;
}

function fromProblem(problem: ProblemError): Refusal {
  const { code, status, retry, hint, param, retry_after_s, request_id, idempotency_key } = problem;
  const known = Object.hasOwn(PROBLEMS, code);
  return {
    code: escapeUnseen(code),
    status,
    retry,
    // Whoever answered in place of the exchange may have written anything.
    title: known ? PROBLEMS[code as keyof typeof PROBLEMS].title : 'The exchange refused this',
    hint: known && hint !== null ? escapeUnseen(hint) : null,
    param: param === null ? null : escapeUnseen(param),
    retry_after_s,
    request_id,
    idempotency_key,
    detail: untrusted(problem.detail),
    facts: untrustedDeep(problem.facts) as Record<string, unknown>,
  };
}

/** Arguments that do not fit the schema of their tool, in the words of the HTTP door. */
export function invalidArguments({ issues: [issue] }: z.ZodError): Refusal {
  const param = escapeUnseen(issue?.path.join('.') ?? '');
  return refusal('invalid_request', { param: param || null, detail: untrusted(issue?.message ?? '') });
}

function refusal(code: keyof typeof PROBLEMS, known: Partial<Refusal>): Refusal {
  const { status, retry, title } = PROBLEMS[code];
  const none = { hint: null, param: null, retry_after_s: null, request_id: null, idempotency_key: null };
  return { code, status, retry, title, ...none, detail: untrusted(''), facts: {}, ...known };
}

import { HttpException } from '@nestjs/common';
import { PROBLEMS, type ProblemCode } from '@groundtruth/sdk/protocol';
import { DomainError } from '../../kernel/problem.js';

/** An answer of kind `application/problem+json` (RFC 9457). */
export interface ProblemAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly document: Readonly<Record<string, unknown>>;
}

/** How a refusal is answered. The facts become extension members; they can never replace a standard one. */
export function problemAnswer(
  error: DomainError,
  about: { readonly origin: string; readonly request_id: string },
): ProblemAnswer {
  const { status, title, retry } = PROBLEMS[error.code];
  const document = {
    ...error.facts,
    type: `${about.origin}/docs/errors/${error.code}.md`,
    title,
    status,
    detail: error.detail,
    code: error.code,
    retry,
    request_id: about.request_id,
  };
  return { status, headers: headersOf(status, error.facts), document };
}

/**
 * The refusal behind whatever was thrown; null for a bug. What Nest and Fastify refuse themselves, a body too large or a type not accepted,
 * speaks with our sentence for it, since their messages may quote the request or our code.
 */
export function refusalOf(thrown: unknown): DomainError | null {
  if (thrown instanceof DomainError) return thrown;
  const status = refusedStatus(thrown);
  if (status === null) return null;
  const [code, detail] = REFUSED_BY_FRAMEWORK[status] ?? REFUSED_BY_FRAMEWORK[400]!;
  return new DomainError(code, detail, {}, { cause: thrown });
}

const REFUSED_BY_FRAMEWORK: Readonly<Record<number, readonly [ProblemCode, string]>> = {
  400: ['invalid_request', 'the request cannot be read'],
  404: ['not_found', 'no route has this path'],
  413: ['payload_too_large', 'the body is larger than this route takes'],
  414: ['invalid_request', 'the path is too long'],
  415: ['unsupported_media_type', 'send the body as application/json'],
};

/** 4xx statuses of Nest and Fastify, whose errors differ in shape; null for everything that is our fault. */
function refusedStatus(thrown: unknown): number | null {
  const status =
    thrown instanceof HttpException ? thrown.getStatus() : (thrown as { statusCode?: unknown } | null)?.statusCode;
  const refused = typeof status === 'number' && status >= 400 && status < 500 && isOfFramework(thrown);
  return refused ? status : null;
}

/** `ECONNRESET` with a status is how Fastify says that the caller went away while its body was read. */
function isOfFramework(thrown: unknown): boolean {
  const code = String((thrown as { code?: unknown }).code);
  return thrown instanceof HttpException || code.startsWith('FST_') || code === 'ECONNRESET';
}

function headersOf(status: number, facts: DomainError['facts']): Record<string, string> {
  return {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    ...(status === 401 && { 'www-authenticate': 'Bearer' }),
    ...(typeof facts.retry_after_s === 'number' && { 'retry-after': String(Math.ceil(facts.retry_after_s)) }),
  };
}

import { PROBLEMS, type ProblemCode, type Retry } from '../protocol/index.js';
import { ProblemError } from './errors.js';

const RETRIES: readonly Retry[] = ['never', 'same_key', 'after_funding', 'after_delay', 'new_request'];
const STANDARD = new Set(['type', 'title', 'status', 'detail', 'code', 'retry', 'request_id', 'param', 'hint']);

/** The typed error of an answer that is no success, whoever gave it: a proxy's page becomes a problem as well. */
export async function problemOf(response: Response, idempotencyKey: string | null): Promise<ProblemError> {
  const document = await documentOf(response);
  const text = (name: string): string | null => (typeof document[name] === 'string' ? document[name] : null);
  const code = text('code') ?? `http_${response.status}`;
  return new ProblemError({
    status: response.status,
    code,
    retry: retryOf(text('retry'), code, response.status),
    title: text('title') ?? 'The answer was no problem document',
    detail: text('detail') ?? '',
    request_id: text('request_id') ?? response.headers.get('x-request-id'),
    param: text('param'),
    hint: text('hint'),
    facts: Object.fromEntries(Object.entries(document).filter(([name]) => !STANDARD.has(name))),
    retry_after_s: retryAfterOf(response.headers.get('retry-after')),
    idempotency_key: idempotencyKey,
  });
}

async function documentOf(response: Response): Promise<Record<string, unknown>> {
  const isJson = /^application\/(problem\+)?json\b/i.test(response.headers.get('content-type') ?? '');
  const text = await response.text();
  if (!isJson) return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
  } catch {
    return {}; // A refusal that was cut short is still a refusal: status and headers say enough.
  }
}

/** The server's word, else the catalogue's, else what the status means everywhere. */
function retryOf(said: string | null, code: string, status: number): Retry {
  const known = RETRIES.find((retry) => retry === said);
  if (known) return known;
  if (code in PROBLEMS) return PROBLEMS[code as ProblemCode].retry;
  if (status === 429) return 'after_delay';
  return status >= 500 ? 'same_key' : 'never';
}

/** Only the form in seconds is sent by this product; the form with a date would need the caller's clock to be right. */
function retryAfterOf(header: string | null): number | null {
  return header !== null && /^\d{1,9}$/.test(header) ? Number(header) : null;
}

import type { ProblemCode, Retry } from '../protocol/index.js';

interface ProblemFields {
  readonly status: number;
  readonly code: string;
  readonly retry: Retry;
  readonly title: string;
  readonly detail: string;
  readonly request_id: string | null;
  readonly param: string | null;
  readonly hint: string | null;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly retry_after_s: number | null;
  readonly idempotency_key: string | null;
}

/**
 * The server refused. Branch on `code` and `retry`, never on the words. Every code has a page: `docs/errors/<code>.md`.
 *
 * @example
 * try {
 *   await agent.bounties.create(terms);
 * } catch (error) {
 *   if (error instanceof ProblemError && error.code === 'insufficient_funds') console.log(error.hint);
 *   else throw error;
 * }
 */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly status: number;
  /** A code of this version's catalogue, or a newer one that this version has no name for. */
  readonly code: ProblemCode | (string & {});
  /** What may be done now; `same_key` means: send it again with `idempotency_key`. */
  readonly retry: Retry;
  readonly title: string;
  readonly detail: string;
  /** Names the request in the server's log; null when the answer came from something in between. */
  readonly request_id: string | null;
  /** Dotted path of the field at fault; null when no single one is. */
  readonly param: string | null;
  readonly hint: string | null;
  /** Everything else the problem document said. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** Seconds to wait, by the server's word; null when it gave none. */
  readonly retry_after_s: number | null;
  /** The key of every attempt of this request; null for requests that carry none. */
  readonly idempotency_key: string | null;

  constructor(fields: ProblemFields) {
    super(`${fields.code}: ${fields.detail || fields.title}`);
    this.status = fields.status;
    this.code = fields.code;
    this.retry = fields.retry;
    this.title = fields.title;
    this.detail = fields.detail;
    this.request_id = fields.request_id;
    this.param = fields.param;
    this.hint = fields.hint;
    this.facts = fields.facts;
    this.retry_after_s = fields.retry_after_s;
    this.idempotency_key = fields.idempotency_key;
  }
}

/**
 * No answer came, in any attempt. Whether the request was carried out is unknown; sending it again with `idempotency_key` finds
 * out without doing it twice.
 */
export class ConnectionFailed extends Error {
  override readonly name = 'ConnectionFailed';

  constructor(
    message: string,
    readonly idempotency_key: string | null,
    options: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The answer fits no schema of this version: the server is a newer one, or something in between answered. The cause says where. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';

  constructor(
    message: string,
    readonly status: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A wait ended without the state that was waited for: `last` is the resource as it was seen last. */
export class StateNotReached<T = unknown> extends Error {
  override readonly name = 'StateNotReached';

  constructor(
    message: string,
    /** `final`: no further state follows, so waiting longer is of no use. */
    readonly why: 'timeout' | 'final',
    readonly last: T,
  ) {
    super(message);
  }
}

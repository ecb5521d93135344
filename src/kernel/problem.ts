import { PROBLEMS, type ProblemCode } from '@groundtruth/sdk/protocol';

/** What a refusal tells beyond its code: merged into the problem document, so no secrets and no strangers' text. */
export interface ProblemFacts {
  /** Dotted path of the request field at fault, e.g. `area.lat`. */
  readonly param?: string;
  /** What the caller can do next, in one sentence. */
  readonly hint?: string;
  readonly [fact: string]: unknown;
}

/** An expected refusal or a known outage, by its code in the catalogue. One filter turns it into RFC 9457. */
export class DomainError extends Error {
  readonly status: number;

  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    readonly facts: ProblemFacts = {},
    options: { cause?: unknown } = {},
  ) {
    super(`${code}: ${detail}`, options);
    this.name = 'DomainError';
    this.status = PROBLEMS[code].status;
  }
}

/** Refuses with `code` unless the value is there; narrows it otherwise. */
export function found<T>(value: T | null | undefined, id: string): T {
  if (value === null || value === undefined) throw new DomainError('not_found', `${id} does not exist or is not yours`);
  return value;
}

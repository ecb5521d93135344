import { DomainError } from '../kernel/problem.js';

/** What nothing here can check: refused at quote, never passed in silence. */
export function unreachable(param: string, detail: string, hint?: string): DomainError {
  return new DomainError('criteria_unreachable', detail, { param, ...(hint && { hint }) });
}

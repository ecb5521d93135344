import { DomainError } from '../../kernel/problem.js';

/** What the network, the pool and the driver say when a connection is lost or never made. */
const LOST = [
  'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN',
  '57P01', '57P02', '57P03', // The server is shutting down, crashed, or is starting.
  '57014', // Our statement timeout.
  '25P03', '25P04', // Our transaction sat idle or ran for too long.
  '53300', // No connection left.
]; // prettier-ignore
const CONNECTION_CLASS = /^08/;
const LOST_MESSAGES = [
  /Connection terminated/i,
  /connection error and is not queryable/i,
  /timeout exceeded when trying to connect/i,
  /timeout expired/i,
  /Query read timeout/i,
  /Client was closed/i,
  /Cannot use a pool after calling end/i,
];

/**
 * The same error, or `dependency_unavailable` around it when it says that the database cannot be reached. If it came from a COMMIT, the
 * transaction may have happened: callers repeat it under the same key.
 */
export function asOutage(error: unknown): unknown {
  if (!isOutage(error)) return error;
  return new DomainError('dependency_unavailable', 'the database did not answer', {}, { cause: error });
}

/** By what it says, not by its class: errors of the system come from outside of a sandbox, such as the one tests run in. */
export function isOutage(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || error instanceof DomainError) return false;
  const code = sqlState(error) ?? '';
  if (LOST.includes(code) || CONNECTION_CLASS.test(code)) return true;
  const { message, errors } = error as { message?: unknown; errors?: unknown };
  if (Array.isArray(errors) && errors.some(isOutage)) return true;
  return typeof message === 'string' && LOST_MESSAGES.some((known) => known.test(message));
}

/** The SQLSTATE or the system's error code of a failed statement; null when it has none. */
export function sqlState(error: unknown): string | null {
  const { code, driverError } = error as { code?: unknown; driverError?: unknown };
  if (typeof code === 'string') return code;
  return typeof driverError === 'object' && driverError !== null ? sqlState(driverError) : null;
}

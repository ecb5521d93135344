import type { IncomingMessage } from 'node:http';
import { v7 as uuidv7 } from 'uuid';

/** What a proxy or a client may name its request: long enough to be unique, and safe in a header, a log line and a URL. */
const SAFE = /^[A-Za-z0-9_.-]{8,100}$/;

/** The caller's own `X-Request-Id` when it is safe, else a new one. It identifies, it does not prove: two requests may share one. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && SAFE.test(given) ? given : `req_${uuidv7().replaceAll('-', '')}`;
}

import { PLATFORM } from '../state/store.js';
import type { World } from '../state/world.js';
import { ApiError } from './api-error.js';
import { API_VERSION } from './api-version.js';
import type { Request } from './exchange.js';

/** Refuses a wrong key with 401, an account that is not ours, or closed, with 403, another version of the API with 400. */
export function letIn(world: World, request: Request): void {
  const { authorization } = request.headers;
  const secret = world.store.must('settings', 'secret_key').value;
  const given = /^Bearer (.+)$/.exec(authorization ?? '')?.[1];
  if (given === undefined) throw gate(401, undefined, 'You did not provide an API key.');
  if (given !== secret) throw gate(401, undefined, `Invalid API Key provided: ${masked(given)}`);
  if (request.owner !== PLATFORM && (world.store.get('accounts', request.owner)?.closed ?? true)) {
    const message =
      `The provided key '${masked(given)}' does not have access to account '${request.owner}' (or that account does not exist). ` +
      'Application access may have been revoked.';
    throw gate(403, 'account_invalid', message);
  }
  const version = request.headers['stripe-version'];
  if (version !== undefined && version !== API_VERSION) {
    throw gate(400, undefined, `Invalid Stripe API version: ${version}. The simulator speaks ${API_VERSION} only.`);
  }
}

function gate(status: number, code: string | undefined, message: string): ApiError {
  return new ApiError(status, { type: 'invalid_request_error', code, message }, { takes_key: false });
}

function masked(key: string): string {
  return `${key.slice(0, 8)}***${key.slice(-4)}`;
}

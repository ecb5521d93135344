import { sleep, withLimit } from '../time.js';
import { destinationOf, DestinationRefused, type Destination } from './destination.js';
import { exchange, type EgressAnswer } from './exchange.js';
import { mayConnect, type EgressPolicy } from './policy.js';
import { resolveByDns, type Resolve } from './resolver.js';

export interface EgressOptions {
  /** For the name; and again from the first packet until the connection stands, with TLS. */
  readonly connect_ms: number;
  /** From the name on until the status is there. */
  readonly whole_ms: number;
  /** The one way names become addresses. Default: DNS. */
  readonly resolve?: Resolve;
  /** Roots instead of the usual ones, PEM. For tests. */
  readonly ca?: string;
}

export interface EgressRequest {
  readonly policy: EgressPolicy;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Cuts the connection; the answer is `too_slow` then. */
  readonly signal: AbortSignal;
}

/**
 * Requests to addresses that strangers chose. A name is resolved here, once a request; every address it has must be allowed, and only those
 * are connected to, so a name that changes its mind (rebinding) changes nothing. No redirect is followed, no connection kept, no cookie,
 * proxy or credential used, and certificates are always checked.
 */
export class Egress {
  constructor(private readonly options: EgressOptions) {}

  /** One attempt: the answer's status, or why there is none. Its body is not looked at. May be repeated; what it does there is there. */
  async post(url: string, request: EgressRequest): Promise<EgressAnswer> {
    const ending = new AbortController();
    const late = sleep(this.options.whole_ms, ending.signal).then(() => ({ failure: 'too_slow' }) as const);
    const end = (): void => ending.abort();
    request.signal.addEventListener('abort', end, { once: true });
    if (request.signal.aborted) end();
    try {
      return await Promise.race([this.attempt(url, request, ending.signal), late]);
    } finally {
      request.signal.removeEventListener('abort', end);
      end();
    }
  }

  private async attempt(
    url: string,
    { policy, headers, body }: EgressRequest,
    signal: AbortSignal,
  ): Promise<EgressAnswer> {
    const destination = allowed(url, policy);
    if (!destination) return { failure: 'address_refused' };
    const addresses = await this.addressesOf(destination);
    if (addresses.length === 0) return { failure: 'name_unknown' };
    const { protocol, port } = destination;
    // All of them: one that is not allowed says whose name it is.
    if (!addresses.every((address) => mayConnect(policy, protocol, address, port)))
      return { failure: 'address_refused' };
    if (signal.aborted) return { failure: 'too_slow' };
    const { connect_ms, ca } = this.options;
    return exchange({ destination, addresses, headers, body, connect_ms, ca, signal });
  }

  /** None when nobody says in time what the name stands for: whatever the reason, all one can do is to try again later. */
  private async addressesOf({ hostname, is_literal }: Destination): Promise<string[]> {
    if (is_literal) return [hostname];
    const { resolve = resolveByDns, connect_ms } = this.options;
    return withLimit(connect_ms, 'the name was not resolved', resolve(hostname)).catch(() => []);
  }
}

/** Null for a URL that nothing is sent to. One that was allowed when it was given may not be any more. */
function allowed(url: string, policy: EgressPolicy): Destination | null {
  try {
    return destinationOf(url, policy);
  } catch (error) {
    if (error instanceof DestinationRefused) return null;
    throw error;
  }
}

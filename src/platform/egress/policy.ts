import type { Mode } from '@groundtruth/sdk/protocol';
import { AddressRanges, isPublicAddress } from './address.rules.js';

/** Where requests may go whose address a stranger has chosen. */
export interface EgressPolicy {
  /** Ports of each scheme that may be used at all. */
  readonly ports: Readonly<Record<string, readonly number[]>>;
  /** Not public, and allowed by the operator nevertheless, on any port. */
  readonly also: AddressRanges;
}

/** Other ports speak other protocols, some of which would take a request for commands. */
const HTTPS = { 'https:': [443, 8443] } as const;
const HTTP = { 'http:': [80, 8080] } as const;

/** Live: https to public addresses. Test: http too, and the ranges of `EGRESS_ALLOW_PRIVATE`, which are nothing to mode live. */
export function egressPolicies(allowPrivate: readonly string[]): Readonly<Record<Mode, EgressPolicy>> {
  return {
    test: { ports: { ...HTTPS, ...HTTP }, also: new AddressRanges(allowPrivate) },
    live: { ports: HTTPS, also: new AddressRanges([]) },
  };
}

export function mayConnect({ ports, also }: EgressPolicy, protocol: string, address: string, port: number): boolean {
  return also.has(address) || (isPublicAddress(address) && (ports[protocol] ?? []).includes(port));
}

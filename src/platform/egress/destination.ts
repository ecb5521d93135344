import { isIP } from 'node:net';
import { mayConnect, type EgressPolicy } from './policy.js';

/** A URL taken apart, once what it says by itself is allowed. Which addresses its name has is asked at every request. */
export interface Destination {
  readonly protocol: 'http:' | 'https:';
  /** Without the brackets of an IPv6 address. */
  readonly hostname: string;
  readonly port: number;
  readonly path: string;
  /** As the header `Host` says it. */
  readonly host: string;
  readonly is_literal: boolean;
}

/** A URL that nothing is sent to, whatever its name resolves to. */
export class DestinationRefused extends Error {
  constructor(readonly reason: string) {
    super(reason);
    this.name = 'DestinationRefused';
  }
}

const URL_LENGTH_MAX = 2_000;
const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };
/** Names of one's own network (RFC 6761, 6762, 7686, 8375, and ICANN's `internal`). Others may lead there too, which their addresses will show. */
const LOCAL_NAMES = /(?:^|\.)(?:localhost|local|internal|home\.arpa|onion)$/;

/**
 * Takes a URL apart.
 * @throws {DestinationRefused} for another scheme or port, a user or fragment, a host written in an odd way (`0x7f.1`, `%31`, a closing dot),
 * a name of one's own network, or an address that is not public.
 */
export function destinationOf(text: string, policy: EgressPolicy): Destination {
  const url = parse(text);
  if (!Object.hasOwn(policy.ports, url.protocol))
    throw new DestinationRefused(`its scheme must be ${Object.keys(policy.ports).join(' or ')}//`);
  if (url.username !== '' || url.password !== '') throw new DestinationRefused('it must not carry a user or password');
  if (text.includes('#')) throw new DestinationRefused('it must not have a fragment');
  const port = url.port === '' ? DEFAULT_PORTS[url.protocol]! : Number(url.port);
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  refuseOddHost(text, url);
  const is_literal = isIP(hostname) !== 0;
  const { protocol, host, pathname, search } = url;
  if (is_literal) refuseAddress(policy, protocol, hostname, port);
  else refuseName(policy, protocol, hostname, port);
  return { protocol: protocol as Destination['protocol'], hostname, port, path: pathname + search, host, is_literal };
}

function parse(text: string): URL {
  // The parser would silently take these away or turn them into something else.
  if (text.length > URL_LENGTH_MAX || !/^[\x21-\x7e]+$/.test(text) || text.includes('\\') || !URL.canParse(text))
    throw new DestinationRefused(`it must be a URL of at most ${URL_LENGTH_MAX} plain ASCII characters`);
  return new URL(text);
}

/** What the parser makes of the host must be what was written: no decimal, octal, hexadecimal or shortened address, no escape. */
function refuseOddHost(text: string, { protocol, host, hostname }: URL): void {
  const written = /^[a-z]+:\/\/([^/?#]*)/i.exec(text)?.[1]?.toLowerCase();
  const plain = hostname !== '' && !hostname.endsWith('.') && !hostname.includes('%');
  if (!plain || (written !== host && written !== `${hostname}:${DEFAULT_PORTS[protocol]}`))
    throw new DestinationRefused('its host must be a name or an address in its usual form, as the network writes it');
}

function refuseAddress(policy: EgressPolicy, protocol: string, address: string, port: number): void {
  if (!mayConnect(policy, protocol, address, port))
    throw new DestinationRefused('its address is not public, or its port is not one that is used');
}

function refuseName(policy: EgressPolicy, protocol: string, name: string, port: number): void {
  if (!name.includes('.') || LOCAL_NAMES.test(name)) throw new DestinationRefused('its name is one of a local network');
  const known = policy.ports[protocol]!.includes(port) || policy.also.ranges.length > 0;
  if (!known) throw new DestinationRefused(`its port must be ${policy.ports[protocol]!.join(' or ')}`);
}

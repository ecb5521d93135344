import { BlockList, isIPv4, isIPv6 } from 'node:net';
import type { IdentityKey } from './identity.key.js';

/** Ranges that many unrelated parties share or that mean nothing outside a network: loopback, private, carrier-grade NAT, link-local. */
const SHARED = new BlockList();
for (const [network, prefix] of [['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.168.0.0', 16]] as const)
  SHARED.addSubnet(network, prefix, 'ipv4'); // prettier-ignore
for (const [network, prefix] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  SHARED.addSubnet(network, prefix, 'ipv6');

/**
 * The trait of a party that registers from an address: a keyed hash of its /24 (IPv4) or /48 (IPv6), so that the address is
 * kept nowhere, and cannot be found again by hashing all there are. Null for an address that says nothing about who is behind it.
 */
export function addressTrait(address: string, key: IdentityKey): string | null {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  const block = isIPv4(plain) ? ipv4Block(plain) : isIPv6(plain) ? ipv6Block(plain) : null;
  return block && `address_block:${key.mac('address_block', block)}`;
}

function ipv4Block(address: string): string | null {
  return SHARED.check(address, 'ipv4') ? null : `${address.split('.').slice(0, 3).join('.')}.0/24`;
}

function ipv6Block(address: string): string | null {
  if (SHARED.check(address, 'ipv6')) return null;
  const [head = '', tail] = address.toLowerCase().split('%')[0]!.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - before.length - after.length }, () => '0');
  const groups = [...before, ...zeros, ...after].slice(0, 3).map((group) => Number.parseInt(group, 16).toString(16));
  return `${groups.join(':')}::/48`;
}

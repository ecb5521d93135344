import { BlockList, isIPv4, isIPv6 } from 'node:net';

/**
 * Whether an address is one of the public internet. Everything else may be ours or our host's: private, loopback, link-local (with the
 * metadata services of clouds), shared, multicast, reserved, and every form of IPv6 that carries an IPv4 address. Text that is no address, or
 * names a zone, is not public.
 */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !NOT_PUBLIC_V4.check(address, 'ipv4');
  return isPlainIPv6(address) && GLOBAL_V6.check(address, 'ipv6') && !NOT_PUBLIC_V6.check(address, 'ipv6');
}

/** A zone (`fe80::1%eth0`) chooses one of our own interfaces. */
const isPlainIPv6 = (address: string): boolean => isIPv6(address) && !address.includes('%');

/** Ranges such as `10.0.0.0/8` or `fd00::/8`. An IPv4 range has no IPv6 twin: `::ffff:10.0.0.1` is not in `10.0.0.0/8`. */
export class AddressRanges {
  private readonly v4 = new BlockList();
  private readonly v6 = new BlockList();

  constructor(readonly ranges: readonly string[]) {
    for (const range of ranges) {
      const [network, bits] = range.split('/') as [string, string];
      if (isIPv4(network)) this.v4.addSubnet(network, Number(bits), 'ipv4');
      else this.v6.addSubnet(network, Number(bits), 'ipv6');
    }
  }

  has(address: string): boolean {
    if (isIPv4(address)) return this.v4.check(address, 'ipv4');
    return isPlainIPv6(address) && this.v6.check(address, 'ipv6');
  }
}

/** IANA's special-purpose registry, without the few ranges in it that are reached like any other; and one metadata service. */
const NOT_PUBLIC_V4 = blockList('ipv4', [
  '0.0.0.0/8', // this network
  '10.0.0.0/8',
  '100.64.0.0/10', // shared by carriers; 100.100.100.200 is a metadata service
  '127.0.0.0/8',
  '168.63.129.16/32', // metadata and DNS of one cloud, a public address that leads into the host
  '169.254.0.0/16', // link-local; 169.254.169.254 is the metadata service of most clouds
  '172.16.0.0/12',
  '192.0.0.0/24', // protocol assignments; 192.0.0.192 is a metadata service
  '192.0.2.0/24', // documentation
  '192.31.196.0/24', // AS112
  '192.52.193.0/24', // AMT
  '192.88.99.0/24', // 6to4 relays
  '192.168.0.0/16',
  '192.175.48.0/24', // AS112
  '198.18.0.0/15', // benchmarking
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, and broadcast
]);

/** All that is routed between networks. Unique local, link-local, multicast, NAT64, IPv4-mapped and IPv4-compatible lie outside it. */
const GLOBAL_V6 = blockList('ipv6', ['2000::/3']);
const NOT_PUBLIC_V6 = blockList('ipv6', [
  '2001::/23', // protocol assignments: Teredo, benchmarking, ORCHID and more
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4
  '2620:4f:8000::/48', // AS112
  '3fff::/20', // documentation
]);

function blockList(family: 'ipv4' | 'ipv6', ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network, bits] = range.split('/') as [string, string];
    list.addSubnet(network, Number(bits), family);
  }
  return list;
}

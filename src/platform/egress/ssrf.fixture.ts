/** Addresses that are not of the public internet, one or more of each kind, as they are usually written. */
export const PRIVATE_V4 = [
  '127.0.0.1', '127.0.0.53', '127.1.2.3', '127.255.255.254', '0.0.0.0', '0.1.2.3', '10.0.0.1', '10.255.255.255', '100.64.0.1',
  '100.100.100.200', '100.127.255.255', '168.63.129.16', '169.254.0.1', '169.254.169.254', '169.254.170.2', '172.16.0.1',
  '172.31.255.255', '192.0.0.1', '192.0.0.192', '192.0.2.1', '192.88.99.1', '192.168.0.1', '192.168.255.255', '198.18.0.1',
  '198.19.255.255', '198.51.100.1', '203.0.113.1', '224.0.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255',
] as const; // prettier-ignore

/** IPv6 that is not public or leads to IPv4 by some translation. */
export const PRIVATE_V6 = [
  '::', '::1', '::7f00:1', '::ffff:7f00:1', '::ffff:a9fe:a9fe', '::ffff:0:7f00:1', '64:ff9b::7f00:1', '64:ff9b:1::7f00:1', '100::1',
  '2001::1', '2001:0:7f00:1::', '2001:2::1', '2001:10::1', '2001:20::1', '2001:db8::1', '2002:7f00:1::', '2002:a9fe:a9fe::1',
  '2002:c0a8:1::', '2620:4f:8000::1', '3fff::1', '5f00::1', 'fc00::1', 'fd00:ec2::254', 'fd20:ce::254', 'fe80::1', 'fe80::7f00:1',
  'fec0::1', 'ff02::1', 'ff05::2', '4000::1', '8000::1',
] as const; // prettier-ignore

export const PUBLIC = ['1.1.1.1', '8.8.8.8', '93.184.215.14', '100.63.255.255', '100.128.0.0', '169.253.255.255', '172.15.255.255', '172.32.0.0', '192.167.255.255', '198.17.255.255', '223.255.255.255', '2001:4860:4860::8888', '2606:4700::1111', '2a00:1450:4001::1'] as const; // prettier-ignore

type Octets = readonly [number, number, number, number];

/** Every way we know to write an IPv4 address as the host of a URL, or to hide it behind another one. */
const NOTATIONS: readonly ((octets: Octets, dotted: string) => string)[] = [
  (_, dotted) => dotted,
  (octets) => String(number(octets)),
  (octets) => `0x${number(octets).toString(16)}`,
  (octets) => `0${number(octets).toString(8)}`,
  (octets) => octets.map((octet) => `0x${octet.toString(16)}`).join('.'),
  (octets) => octets.map((octet) => `0${octet.toString(8)}`).join('.'),
  (octets) => octets.map((octet) => `000000${octet.toString(8)}`).join('.'),
  ([a, b, c, d]) => `${a}.${b * 65_536 + c * 256 + d}`,
  ([a, b, c, d]) => `${a}.${b}.${c * 256 + d}`,
  ([a, b, c, d]) => `0x${a.toString(16)}.0${b.toString(8)}.${c}.${d}`,
  (_, dotted) => `${dotted}.`,
  (_, dotted) => `%${dotted.charCodeAt(0).toString(16)}${dotted.slice(1)}`,
  (_, dotted) => dotted.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
  (_, dotted) => dotted.replaceAll('.', '。'),
  (_, dotted) => `hooks.example.com@${dotted}`,
  (_, dotted) => `hooks.example.com:443@${dotted}`,
  (_, dotted) => `${dotted}\\@hooks.example.com`,
  (_, dotted) => `hooks.example.com\\@${dotted}`,
  (_, dotted) => `${dotted}#@hooks.example.com`,
  (_, dotted) => `\t${dotted}`,
  (_, dotted) => `[::ffff:${dotted}]`,
  (_, dotted) => `[::${dotted}]`,
  (_, dotted) => `[64:ff9b::${dotted}]`,
  (octets) => `[::ffff:${groups(octets)}]`,
  (octets) => `[0:0:0:0:0:ffff:${groups(octets)}]`,
  (octets) => `[2002:${groups(octets)}::]`,
  (octets) => `[2001:0:${groups(octets)}::1]`,
  (octets) => `[fe80::5efe:${groups(octets)}]`,
];

/** URLs that must never be connected to, each with the port of whoever would notice. */
export function hostileUrls(port: number): string[] {
  const v4 = PRIVATE_V4.flatMap((dotted) => {
    const octets = dotted.split('.').map(Number) as unknown as Octets;
    return NOTATIONS.map((write) => write(octets, dotted));
  });
  const v6 = PRIVATE_V6.flatMap((address) => [`[${address}]`, `[${address}%25eth0]`, `hooks.example.com@[${address}]`]);
  const names = ['localhost', 'LOCALHOST', 'localhost.', 'a.localhost', 'metadata', 'metadata.google.internal', 'printer.local', 'router.home.arpa', 'x.onion', 'intranet']; // prettier-ignore
  const hosts = [...v4, ...v6, ...names];
  return hosts.map((host, at) => withPort(at % 2 === 0 ? 'http' : 'https', host, port));
}

/** Before a fragment and not after it, or the port would be none. */
function withPort(scheme: string, host: string, port: number): string {
  const [before, after] = host.split('#');
  return `${scheme}://${before}:${port}/${after === undefined ? '' : `#${after}`}`;
}

const number = ([a, b, c, d]: Octets): number => ((a * 256 + b) * 256 + c) * 256 + d;
const groups = ([a, b, c, d]: Octets): string => `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;

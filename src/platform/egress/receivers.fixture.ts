import { webcrypto } from 'node:crypto';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import * as x509 from '@peculiar/x509';

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
x509.cryptoProvider.set(webcrypto as unknown as Crypto);

export interface RawReceiver {
  readonly port: number;
  /** Every byte that came, of all connections. */
  heard(): string;
  connections(): number;
  close(): Promise<void>;
}

/** A TCP server on 127.0.0.1 that does what it is told with each connection, once there is a whole request or, with `at_once`, before. */
export async function rawReceiver(act: (socket: Socket) => void, at_once = false): Promise<RawReceiver> {
  const sockets = new Set<Socket>();
  let heard = '';
  let connections = 0;
  const server: Server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => undefined); // A connection that is cut is what these tests are about.
    let is_whole = at_once;
    if (at_once) act(socket);
    socket.on('data', (part) => {
      heard += part.toString('latin1');
      if (is_whole || !heard.includes('\r\n\r\n')) return;
      is_whole = true;
      act(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    heard: () => heard,
    connections: () => connections,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export interface ServerIdentity {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}

/** A certificate that vouches for itself, for `name`, from `days` before now on for one day less or more. */
export async function selfSigned(name: string, { is_expired = false } = {}): Promise<ServerIdentity> {
  const keys = await webcrypto.subtle.generateKey(ECDSA, true, ['sign', 'verify']);
  const now = Date.now();
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: `CN=${name}`,
    notBefore: new Date(now - 2 * DAY_MS),
    notAfter: new Date(is_expired ? now - DAY_MS : now + DAY_MS),
    keys,
    signingAlgorithm: ECDSA,
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: name }])],
  });
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return { cert: cert.toString('pem'), key: `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n` };
}

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a proxy makes of an answer; null leaves it as it is. */
export type Tamper = (path: string, honest: Buffer) => Buffer | string | null | Promise<Buffer | string | null>;

export interface TamperingProxy {
  readonly baseUrl: string;
  /** Replaces what is done to answers from now on. */
  tamper(by: Tamper): void;
  close(): Promise<void>;
}

/** Stands between a client and a server and lies as told: what whoever controls the server, or the way to it, could do. */
export async function tamperingProxy(target: string): Promise<TamperingProxy> {
  let by: Tamper = () => null;
  const server: Server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      const headers = { authorization: request.headers.authorization ?? '' };
      const honest = await fetch(new URL(request.url!, target), { headers });
      const body = Buffer.from(await honest.arrayBuffer());
      const changed = await by(request.url!, body);
      response.writeHead(changed === null ? honest.status : 200, {
        'content-type': honest.headers.get('content-type') ?? 'application/octet-stream',
      });
      response.end(changed ?? body);
    };
    answer().catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tamper: (next) => void (by = next),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

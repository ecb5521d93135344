import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface CuttingProxy {
  readonly url: string;
  readonly cuts: () => number;
  readonly end: () => void;
}

/** A way to a server on which each connection breaks after so many bytes of what comes back. Infinity: it does not break. */
export async function cuttingProxy(origin: string, bytesOfNext: () => number): Promise<CuttingProxy> {
  let cuts = 0;
  const open = new Set<Socket>();
  const server = createServer((reader) => {
    const upstream = connect(Number(new URL(origin).port), '127.0.0.1');
    let left = bytesOfNext();
    for (const socket of [reader, upstream]) {
      open.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => [reader, upstream].forEach((each) => (open.delete(each), each.destroy())));
    }
    reader.pipe(upstream);
    upstream.on('data', (bytes) => {
      if (left <= 0) return;
      reader.write(bytes.subarray(0, left));
      left -= bytes.length;
      if (left > 0) return;
      cuts += 1;
      reader.destroySoon(); // What was sent arrives, and then nothing.
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const end = (): void => {
    server.close();
    for (const socket of open) socket.destroy();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, cuts: () => cuts, end };
}

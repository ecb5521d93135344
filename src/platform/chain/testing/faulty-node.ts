import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands before a node and fails as nodes do. */
export interface FaultyNode {
  readonly url: string;
  /** Answers nothing at all. */
  down: boolean;
  /** The next request of this method is done, but its answer is lost. */
  loses_answer_of: string | null;
  /** Pretends that the chain ends with this block. */
  last_block: number | null;
  /** Happens once, before a request of this method is passed on, after `skip` others of it. */
  before: { readonly method: string; skip: number; readonly happens: () => Promise<void> } | null;
  /** The methods asked since the last look, also those that got no answer. */
  asked(): string[];
  stop(): Promise<void>;
}

export async function faultyNode(target: string): Promise<FaultyNode> {
  let seen: string[] = [];
  const server = createServer((request, response) => void answer(request, response));
  const node = {
    url: '',
    down: false,
    loses_answer_of: null as string | null,
    last_block: null as number | null,
    before: null as FaultyNode['before'],
    asked: (): string[] => {
      const all = seen;
      seen = [];
      return all;
    },
    stop: async (): Promise<void> => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = await textOf(request);
    const { method } = JSON.parse(body) as { method: string };
    if (node.last_block !== null && method === 'eth_getBlockByNumber') body = shortened(body, node.last_block);
    seen.push(method);
    if (node.down) return void request.socket.destroy();
    if (node.before?.method === method && node.before.skip-- === 0) {
      const { happens } = node.before;
      node.before = null;
      await happens();
    }
    const answered = await fetch(target, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const text = await answered.text();
    if (node.loses_answer_of === method) {
      node.loses_answer_of = null;
      return void request.socket.destroy();
    }
    response.writeHead(answered.status, { 'content-type': 'application/json' }).end(text);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  node.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return node;
}

/** Asks for the last block instead of `latest`, for the first instead of `safe`, and for one far away instead of any behind the last. */
function shortened(body: string, last: number): string {
  const request = JSON.parse(body) as { params: [string, boolean] };
  const [which, full] = request.params;
  const number = which === 'latest' ? last : which.startsWith('0x') ? Number(which) : 0;
  return JSON.stringify({ ...request, params: [`0x${(number > last ? 1e9 : number).toString(16)}`, full] });
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WitnessOfLogs } from './witness.js';

/** Largest request: a checkpoint with many signatures and 63 hashes are below 20 KiB. */
const REQUEST_BYTES_MAX = 64 * 1_024;
/** And so much is read of one that is larger. */
const DRAINED_BYTES_MAX = 32 * 1024 * 1024;
const REQUEST_MS_MAX = 10_000;

export interface WitnessServer {
  /** Submission prefix. */
  readonly url: string;
  /** Repeatable. */
  close(): Promise<void>;
}

/** Serves a witness: `POST /add-checkpoint`, and nothing else. `onFailure` hears what this machine could not do, never of a client that went. */
export async function serveWitness(
  witness: WitnessOfLogs,
  {
    host,
    port,
    onFailure,
  }: { readonly host: string; readonly port: number; readonly onFailure: (error: unknown) => void },
): Promise<WitnessServer> {
  const server = createServer((request, response) => {
    answer(witness, request, response).catch((error: unknown) => {
      onFailure(error);
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    });
  });
  server.requestTimeout = REQUEST_MS_MAX;
  server.headersTimeout = REQUEST_MS_MAX;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${taken}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(witness: WitnessOfLogs, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url !== '/add-checkpoint') return void response.writeHead(404).end();
  if (request.method !== 'POST') return void response.writeHead(405, { allow: 'POST' }).end();
  const body = await bodyOf(request);
  if (body === 'cut_off') return;
  if (body === 'too_large') return void response.writeHead(413, { connection: 'close' }).end();
  const reply = await witness.addCheckpoint(body.text);
  response.writeHead(reply.status, { 'content-type': reply.content_type }).end(reply.body);
}

type Body = { readonly text: string } | 'too_large' | 'cut_off';

/**
 * One that is larger than any honest one is read on and not kept: who is still sending would not see the answer. Who sends for ever gets none; leaving
 * the loop cuts them off.
 */
async function bodyOf(request: IncomingMessage): Promise<Body> {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      bytes += part.length;
      if (bytes > DRAINED_BYTES_MAX) return 'cut_off';
      if (bytes <= REQUEST_BYTES_MAX) parts.push(part);
    }
  } catch (error) {
    if (request.complete) throw error;
    return 'cut_off'; // The client went, or took too long: nobody is there to be answered.
  }
  return bytes > REQUEST_BYTES_MAX ? 'too_large' : { text: Buffer.concat(parts).toString('utf8') };
}

import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PLATFORM } from '../state/store.js';
import { ApiError } from './api-error.js';
import type { Answer, Request } from './exchange.js';
import { broken, type Faults, standIn } from './faults.js';
import { parseForm, type RawParameters } from './form.js';
import { keyOf } from './idempotency.js';
import type { LateEffects } from './late-effects.js';
import { commonHeaders, errorAnswer } from './serve.js';

const BODY_BYTES_MAX = 1024 * 1024;

export interface Desk {
  readonly faults: Faults;
  /** Idempotency keys of requests on hold. */
  readonly busy: Set<string>;
  /** Resolves when requests on hold may go on. */
  readonly released: () => Promise<void>;
  readonly serve: (request: Request, instead?: ApiError) => Answer;
  readonly late: LateEffects;
  /** The simulator's own pages; null when the path is none of them. */
  readonly page: (method: string, url: URL) => Answer | null;
  /** Called after each answer was decided. */
  readonly served: () => void;
  /** Called with each request of the API that was answered. */
  readonly answered: (method: string, path: string) => void;
}

/** Listens on 127.0.0.1. Port 0 takes any free one. */
export async function listen(desk: Desk, port: number): Promise<Server> {
  const server = createServer((incoming, response) => {
    handle(desk, incoming, response).catch((error: unknown) => {
      const message = `The simulator failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
      if (!response.headersSent) send(response, errorAnswer(new ApiError(500, { type: 'api_error', message })));
      else response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1' }, resolve);
  });
  return server;
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

async function handle(desk: Desk, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
  const method = incoming.method ?? 'GET';
  const body = await read(incoming);
  const page = desk.page(method, url);
  if (page) {
    desk.served();
    return send(response, page);
  }
  const fault = desk.faults.take(method, url.pathname);
  const how = fault?.how;
  if (how === 'reset_before') return reset(incoming);
  const request = requestOf(incoming, method, url, body);
  if (request instanceof ApiError) return send(response, errorAnswer(request));
  if (how === 'hold') await onHold(desk, request);
  if (how === '500' && fault?.done_after_s !== undefined) {
    desk.late.goOn(request, fault.done_after_s);
    return send(response, errorAnswer(broken(false)));
  }
  const answer = desk.serve(request, standIn(how));
  const isFirst = answer.headers['idempotent-replayed'] === undefined;
  if (fault?.done_after_s !== undefined && isFirst) desk.late.goOnWithoutKey(request, fault.done_after_s);
  desk.served();
  desk.answered(method, url.pathname);
  if (how === 'timeout_after') return;
  if (how === 'reset_after') return reset(incoming);
  if (how !== '500_after') return send(response, answer);
  const lost = errorAnswer(broken(false));
  send(response, { ...lost, headers: { ...commonHeaders(request), ...lost.headers } });
}

async function onHold(desk: Desk, request: Request): Promise<void> {
  const key = keyOf(request);
  if (key) desk.busy.add(key);
  await desk.released();
  if (key) desk.busy.delete(key);
}

async function read(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_BYTES_MAX) throw new Error(`a request body of more than ${BODY_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function requestOf(incoming: IncomingMessage, method: string, url: URL, body: string): Request | ApiError {
  const isV2 = url.pathname.startsWith('/v2/');
  const account = incoming.headers['stripe-account'];
  try {
    return {
      id: `req_${randomUUID().replaceAll('-', '').slice(0, 14)}`,
      method,
      path: url.pathname,
      isV2,
      headers: incoming.headers,
      raw: { ...parseForm(url.search.slice(1)), ...bodyParameters(body, isV2) },
      owner: typeof account === 'string' && account !== '' ? account : PLATFORM,
    };
  } catch (error) {
    const message = `Invalid request parameters: ${(error as Error).message}`;
    return new ApiError(400, { type: 'invalid_request_error', message }, { takes_key: false });
  }
}

function bodyParameters(body: string, isV2: boolean): RawParameters {
  if (body === '') return {};
  return isV2 ? (JSON.parse(body) as RawParameters) : parseForm(body);
}

function send(response: ServerResponse, { status, body, headers }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body);
}

function reset(incoming: IncomingMessage): void {
  incoming.socket.resetAndDestroy();
}

import { request as overHttp, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as overHttps } from 'node:https';
import { isIPv4, type LookupFunction } from 'node:net';
import { sleep } from '../time.js';
import type { Destination } from './destination.js';

/** How far a request came that has no answer. `address_refused`: it would have gone where nothing is sent. */
export type EgressFailure =
  'address_refused' | 'name_unknown' | 'connect_failed' | 'tls_failed' | 'cut_off' | 'no_http' | 'too_slow';

export type EgressAnswer =
  | {
      readonly status: number;
      /** What `Retry-After` asks for in seconds; null without one that is a number. */
      readonly retry_after_s: number | null;
    }
  | { readonly failure: EgressFailure };

interface Sending {
  readonly destination: Destination;
  /** Where it may connect to. */
  readonly addresses: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly connect_ms: number;
  /** Roots instead of the usual ones. */
  readonly ca: string | undefined;
  /** Cuts the connection unless there is an answer. */
  readonly signal: AbortSignal;
}

type Stage = 'connecting' | 'handshaking' | 'talking';

const HEADER_BYTES_MAX = 16 * 1024;
/** Read of the answer's body, and thrown away, so that a receiver can finish what it says; then it is cut. */
const BODY_BYTES_MAX = 16 * 1024;
const BODY_MS_MAX = 1_000;

/** One POST over a connection of its own. Resolves with the first status or failure there is; never rejects. */
export function exchange(sending: Sending): Promise<EgressAnswer> {
  return new Promise((resolve) => {
    const { destination, body, connect_ms, signal } = sending;
    const is_tls = destination.protocol === 'https:';
    const sent = open(sending);
    const connected = new AbortController();
    let stage: Stage = 'connecting';
    let is_answered = false;
    const done = (answer: EgressAnswer): void => {
      is_answered = true;
      connected.abort();
      resolve(answer);
    };
    const cut = (): void => {
      if (is_answered) return;
      done({ failure: 'too_slow' });
      sent.destroy();
    };
    const reached = (next: Stage): void => {
      stage = next;
      if (stage === 'talking') connected.abort();
    };
    sent.once('socket', (socket) => {
      socket.once('connect', () => reached(is_tls ? 'handshaking' : 'talking'));
      socket.once('secureConnect', () => reached('talking'));
    });
    sent.once('response', (response) => {
      done({ status: response.statusCode ?? 0, retry_after_s: retryAfter(response) });
      drain(sent, response);
    });
    sent.on('error', (error) => done({ failure: failureAt(stage, error) }));
    sent.once('close', () => {
      done({ failure: 'cut_off' });
      signal.removeEventListener('abort', cut);
    });
    void sleep(connect_ms, connected.signal).then(() => (connected.signal.aborted ? undefined : cut()));
    signal.addEventListener('abort', cut, { once: true });
    sent.end(body);
  });
}

function open({ destination, addresses, headers, body, ca }: Sending): ClientRequest {
  const { protocol, hostname, port, path, host, is_literal } = destination;
  const options: RequestOptions = {
    method: 'POST',
    host: hostname,
    port,
    path,
    headers: { ...headers, host, 'content-length': Buffer.byteLength(body), connection: 'close' },
    agent: false,
    lookup: only(addresses),
    maxHeaderSize: HEADER_BYTES_MAX,
  };
  if (protocol === 'http:') return overHttp(options);
  // Said outright, so that nothing in the environment can switch it off.
  const checked = { rejectUnauthorized: true, minVersion: 'TLSv1.2' as const };
  return overHttps({ ...options, ...checked, ...(!is_literal && { servername: hostname }), ...(ca && { ca }) });
}

/** A lookup that knows these addresses and no others, whatever name it is asked for. */
function only(addresses: readonly string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: isIPv4(address) ? 4 : 6 }));
  return (_name, { all }, callback) => {
    if (all) callback(null, found);
    else callback(null, found[0]!.address, found[0]!.family);
  };
}

function failureAt(stage: Stage, error: NodeJS.ErrnoException): EgressFailure {
  if (stage === 'connecting') return 'connect_failed';
  if (stage === 'handshaking') return 'tls_failed';
  return error.code?.startsWith('HPE_') ? 'no_http' : 'cut_off';
}

/** The status is all that counts, so what is said after it may be lost; a long or slow body holds nobody. */
function drain(sent: ClientRequest, response: IncomingMessage): void {
  const over = new AbortController();
  let bytes = 0;
  response.on('data', (part: Buffer) => {
    bytes += part.length;
    if (bytes > BODY_BYTES_MAX) sent.destroy();
  });
  response.on('error', () => sent.destroy()); // It was cut off: its status was there before.
  sent.once('close', () => over.abort());
  void sleep(BODY_MS_MAX, over.signal).then(() => sent.destroy());
}

function retryAfter({ headers }: IncomingMessage): number | null {
  const asked = headers['retry-after'];
  return asked !== undefined && /^\d{1,6}$/.test(asked) ? Number(asked) : null;
}

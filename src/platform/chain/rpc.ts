import {
  BaseError,
  createClient,
  type EIP1193RequestFn,
  type Hex,
  http,
  HttpRequestError,
  LimitExceededRpcError,
  ResourceUnavailableRpcError,
  RpcRequestError,
  SocketClosedError,
  TimeoutError,
} from 'viem';

/** The node did not answer, or is too busy to: nothing is known, ask again later. */
export class ChainUnavailable extends Error {
  constructor(method: string, options: ErrorOptions) {
    super(`the chain's node did not answer ${method}`, options);
    this.name = 'ChainUnavailable';
  }
}

/** The node answered with an error. */
export class RpcRefusal extends Error {
  constructor(
    readonly method: string,
    readonly reason: string,
    /** What a reverted call returned; null when it is not about a revert. */
    readonly revert_data: Hex | null,
    options: ErrorOptions,
  ) {
    super(`${method} was refused: ${reason}`, options);
    this.name = 'RpcRefusal';
  }
}

/** One JSON-RPC request. @throws {ChainUnavailable} @throws {RpcRefusal} */
export type Request = <T>(method: string, params: readonly unknown[]) => Promise<T>;

/** Requests to a node over HTTP, none of them repeated here: who asks decides what to do about a failure. */
export function httpRequest(url: string, timeout_ms: number): Request {
  const client = createClient({ transport: http(url, { retryCount: 0, timeout: timeout_ms }) });
  const request = client.request as EIP1193RequestFn;
  return async <T>(method: string, params: readonly unknown[]): Promise<T> => {
    try {
      return (await request({ method, params } as never)) as T;
    } catch (error) {
      throw told(method, error);
    }
  };
}

const UNAVAILABLE = [
  HttpRequestError,
  TimeoutError,
  SocketClosedError,
  LimitExceededRpcError,
  ResourceUnavailableRpcError,
];
/** Codes with which nodes answer a call that reverted: geth and anvil, and older ones. */
const REVERT_CODES = [3, -32000, -32015];
const REVERT_WORDS = /execution reverted|revert/i;

function told(method: string, error: unknown): Error {
  if (!(error instanceof BaseError)) return new ChainUnavailable(method, { cause: error });
  const answered = error.walk((inner) => inner instanceof RpcRequestError);
  if (answered === null || error.walk((inner) => UNAVAILABLE.some((kind) => inner instanceof kind)) !== null) {
    return new ChainUnavailable(method, { cause: error });
  }
  const { code, data, details } = answered as RpcRequestError & { data?: unknown };
  return new RpcRefusal(method, details, revertData(code, data, details), { cause: error });
}

function revertData(code: number, data: unknown, details: string): Hex | null {
  if (!REVERT_CODES.includes(code) || !REVERT_WORDS.test(details)) return null;
  const inner = typeof data === 'object' && data !== null ? (data as { data?: unknown }).data : data;
  return typeof inner === 'string' && /^0x([0-9a-f]{2})*$/i.test(inner) ? (inner as Hex) : '0x';
}

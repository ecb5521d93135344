import { serveStdio as serve } from '@modelcontextprotocol/server/stdio';
import { createMcpServer } from './server.js';

export interface StdioOptions {
  /** Where the exchange is, e.g. `http://127.0.0.1:8787`. */
  readonly base_url: string;
  /** `gt_test_…` or `gt_live_…`. Left out: only what needs no key answers. */
  readonly api_key?: string | undefined;
}

/**
 * Serves the tools over standard input and output until the input ends: what a client of the Model Context Protocol starts as a program. Nothing
 * else may write to standard output meanwhile. `close` of the answer ends it before.
 *
 * @example
 * const tools = serveStdio({ base_url: baseUrl, api_key: apiKey });
 * await tools.close(); // As it does by itself when the input ends.
 * @throws {TypeError} when `base_url` is no URL.
 */
export function serveStdio({ base_url, api_key }: StdioOptions): { close(): Promise<void> } {
  const door = { baseUrl: new URL(base_url).href, apiKey: api_key };
  return serve(() => createMcpServer(door), { maxSubscriptions: 0 });
}

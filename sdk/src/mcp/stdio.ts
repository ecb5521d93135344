import { serveStdio as serve } from '@modelcontextprotocol/server/stdio';
import { escapeUnseen } from '../text/unseen.js';
import { createMcpServer } from './server.js';

export interface StdioOptions {
  /** Where the exchange is, e.g. `http://127.0.0.1:8787`. */
  readonly base_url: string;
  /** `gt_test_…` or `gt_live_…`. Left out: only what needs no key answers. */
  readonly api_key?: string | undefined;
  /** Hears of faults of our own, of which a caller is told nothing but `internal`. A line on standard error when left out. */
  readonly onFault?: ((error: unknown) => void) | undefined;
}

/** Longest line about a fault, in characters, and how many causes it tells of: enough to find it, whatever it quotes. */
const FAULT_CHARS_MAX = 2_000;
const CAUSES_MAX = 8;

/**
 * Serves the tools over standard input and output until the input ends: what a client of the Model Context Protocol starts as a program. Nothing
 * else may write to standard output meanwhile. `close` of the answer ends it before.
 *
 * @example
 * const tools = serveStdio({ base_url: baseUrl, api_key: apiKey });
 * await tools.close(); // As it does by itself when the input ends.
 * @throws {TypeError} when `base_url` is no URL.
 */
export function serveStdio({ base_url, api_key, onFault }: StdioOptions): { close(): Promise<void> } {
  const told = onFault ?? ((error) => console.error(`a tool failed: ${lineOf(error, api_key)}`));
  const door = { baseUrl: new URL(base_url).href, apiKey: api_key, onFault: told };
  return serve(() => createMcpServer(door), { maxSubscriptions: 0 });
}

/** The error and what caused it, on one line; it may quote a stranger, or the header that the key was sent in. */
function lineOf(error: unknown, key = ''): string {
  const whole: string[] = [];
  for (let each = error; each !== undefined && whole.length < CAUSES_MAX;) {
    whole.push(String(each));
    each = each instanceof Error ? each.cause : undefined;
  }
  const text = whole.join(': ').replaceAll(/\s+/g, ' ');
  return escapeUnseen(key === '' ? text : text.replaceAll(key, '[key]')).slice(0, FAULT_CHARS_MAX);
}

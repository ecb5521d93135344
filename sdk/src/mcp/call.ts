import type { CallToolResult, ServerContext } from '@modelcontextprotocol/server';
import { AgentClient } from '../agent/agent-client.js';
import { FeedClient } from '../feeds/feed-client.js';
import { SYSTEM_TIMING } from '../http/timing.js';
import { Transport, type ClientOptions } from '../http/index.js';
import { FAULT, invalidArguments, refusalOf, sayRefusal, STOPPING, type Refusal } from './refusals.js';
import type { PreparedTool } from './schemas.js';
import type { ToolContext } from './tool.js';

export interface Door extends ClientOptions {
  /** Ends every call when the server stops. */
  readonly signal?: AbortSignal | undefined;
  /** Hears of faults of our own, which a caller is told nothing of but `internal`. */
  readonly onFault?: ((error: unknown) => void) | undefined;
}

/**
 * Runs a tool for one call. What the exchange refuses, arguments that fit no schema and faults of our own are answers with `isError`. Rejects only
 * when the caller has given up.
 */
export async function callTool(
  { tool, marking }: PreparedTool,
  args: Record<string, unknown>,
  door: Door,
  request: Pick<ServerContext, 'mcpReq'>,
): Promise<CallToolResult> {
  const read = tool.input.safeParse(args);
  if (!read.success) return refused(invalidArguments(read.error));
  try {
    const { data, say } = await tool.run(contextOf(door, request), args);
    return { content: [{ type: 'text', text: say }], structuredContent: marking.mark(data) };
  } catch (error) {
    if (request.mcpReq.signal.aborted) throw error;
    if (door.signal?.aborted) return refused(STOPPING);
    const refusal = refusalOf(error);
    if (!refusal) door.onFault?.(error);
    return refused(refusal ?? FAULT);
  }
}

function refused(refusal: Refusal): CallToolResult {
  return { content: [{ type: 'text', text: sayRefusal(refusal) }], structuredContent: { refusal }, isError: true };
}

function contextOf(door: Door, { mcpReq }: Pick<ServerContext, 'mcpReq'>): ToolContext {
  const seen = new Replays(door.fetch ?? ((input, init) => globalThis.fetch(input, init)));
  const options = { ...door, fetch: seen.fetch };
  const progressToken = mcpReq._meta?.progressToken;
  return {
    client: new AgentClient(options),
    feeds: new FeedClient(options),
    transport: new Transport(options),
    door: options,
    timing: door.timing ?? SYSTEM_TIMING,
    signal: door.signal ? AbortSignal.any([mcpReq.signal, door.signal]) : mcpReq.signal,
    wasReplayed: () => seen.first === true,
    progress: async (progress, message) => {
      if (progressToken === undefined) return;
      await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, message } });
    },
  };
}

/**
 * Whether the first answer to a request with an idempotency key was a stored one. A stored answer to a later attempt is the answer to an attempt of
 * this very call, whose own answer was lost on the way.
 */
class Replays {
  first: boolean | null = null;
  private attempts = 0;

  constructor(private readonly send: typeof globalThis.fetch) {}

  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const carries = new Headers(init?.headers).has('idempotency-key');
    if (carries) this.attempts += 1;
    const attempt = this.attempts;
    const response = await this.send(input, init);
    if (carries && this.first === null)
      this.first = attempt === 1 && response.headers.get('idempotency-replayed') === 'true';
    return response;
  };
}

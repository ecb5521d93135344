import type { z } from 'zod';
import type { AgentClient } from '../agent/index.js';
import type { FeedClient } from '../feeds/index.js';
import type { ClientOptions, Timing, Transport } from '../http/index.js';

/** Through which clients a tool works, and for which call. All of them are the same HTTP door with the same key. */
export interface ToolContext {
  readonly client: AgentClient;
  readonly feeds: FeedClient;
  readonly transport: Transport;
  readonly door: ClientOptions;
  readonly timing: Timing;
  /** Ends the call when its caller has given up, or the server stops. */
  readonly signal: AbortSignal;
  /** Whether the first request that changes something was answered by the stored answer of an earlier one. */
  readonly wasReplayed: () => boolean;
  /** Tells the caller that something moved. Never carries text from strangers. */
  readonly progress: (done: number, message: string) => Promise<void>;
}

/** The hints of the protocol: what a program that asks before acting should know. */
export interface ToolHints {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  /** The same call again has no further effect. */
  readonly idempotentHint: boolean;
  /** Whether it reaches people or texts outside of this exchange's own records. */
  readonly openWorldHint: boolean;
}

export interface ToolAnswer<O> {
  readonly data: O;
  /** One or two sentences for a model, made of our own words, ids, states and amounts alone. */
  readonly say: string;
}

export interface ToolOf<I extends z.ZodObject, O extends z.ZodObject> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** What the caller writes; it is checked here and passed on as it was written. */
  readonly input: I;
  /** What the exchange answers, before texts from strangers are marked. */
  readonly output: O;
  readonly hints: ToolHints;
  run(context: ToolContext, input: z.input<I>): Promise<ToolAnswer<z.input<O>>>;
}

/** A tool of whatever input and output. */
export type Tool = ToolOf<z.ZodObject, z.ZodObject>;

/** Lets a tool's `run` be checked against its own schemas; the list holds tools of all kinds. */
export function tool<I extends z.ZodObject, O extends z.ZodObject>(definition: ToolOf<I, O>): Tool {
  return definition as unknown as Tool;
}

export const READS: ToolHints = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
};
/** Changes something, adds rather than takes away, and may be repeated. */
export const ADDS: ToolHints = { ...READS, readOnlyHint: false };

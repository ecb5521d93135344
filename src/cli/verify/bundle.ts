import { readFile } from 'node:fs/promises';
import { AgentClient, ConnectionFailed, ProblemError } from '@groundtruth/sdk/agent';
import { FeedClient } from '@groundtruth/sdk/feeds';
import {
  inclusionProofSchema,
  verdictSchema,
  type InclusionProof,
  type Mode,
  type ModeKeys,
} from '@groundtruth/sdk/protocol';
import { UsageError } from '../command.js';

/** A verdict with what it takes to check it, as `GET /v1/captures/:id/verdict` answers it and a file keeps it. */
export interface VerdictBundle {
  readonly verdict: unknown;
  readonly salt?: string;
  readonly proof?: InclusionProof | null;
  /** The context of the capture; null for whoever may not see it. */
  readonly inputs?: unknown;
}

export interface Server {
  readonly baseUrl: string;
  /** Of a party to the capture or an operator; unset for whoever only reads public keys. */
  readonly apiKey?: string;
}

/** From the server when `source` is a capture id, else from a JSON file: the whole answer of the server, or a bare verdict. */
export async function bundleOf(source: string, server: Server): Promise<VerdictBundle> {
  if (/^cap_[0-9a-f]{32}$/.test(source)) return fetchBundle(source, server);
  const read = await readJson(source);
  if (typeof read !== 'object' || read === null) throw new UsageError(`${source} holds no verdict`);
  if (!('verdict' in read)) return { verdict: read };
  const { proof, salt, inputs, verdict } = read as Record<string, unknown>;
  const parsed = inclusionProofSchema.nullable().safeParse(proof ?? null);
  if (!parsed.success) throw new UsageError(`the proof in ${source} is malformed`, { cause: parsed.error });
  return { verdict, inputs, proof: parsed.data, ...(typeof salt === 'string' ? { salt } : {}) };
}

/** The public keys of the verdict's mode: from a file that was kept, else as the server states them. */
export async function keysFor(verdict: unknown, server: Server, file?: string): Promise<ModeKeys> {
  const mode = modeOf(verdict);
  if (file === undefined) return fromServer(server, () => new FeedClient(server).keys(mode));
  const read = await readJson(file);
  const listed = Array.isArray(read) ? read : ((read as { data?: unknown } | null)?.data ?? [read]);
  const keys = (listed as readonly (ModeKeys | null)[]).find((one) => one?.mode === mode);
  if (!keys?.log) throw new UsageError(`${file} has no ${mode} keys; keep the answer of GET /v1/keys`);
  return keys;
}

/** Of a verdict that may be malformed otherwise, so that its other items can still be worked out. */
function modeOf(verdict: unknown): Mode {
  const mode = verdictSchema.shape.mode.safeParse((verdict as { mode?: unknown } | null)?.mode);
  if (!mode.success) throw new UsageError('the file holds no verdict: it names no mode');
  return mode.data;
}

async function fetchBundle(captureId: string, server: Server): Promise<VerdictBundle> {
  if (server.apiKey === undefined)
    throw new UsageError('a capture id needs GROUNDTRUTH_API_KEY; or give a verdict file');
  const client = new AgentClient({ baseUrl: server.baseUrl, apiKey: server.apiKey });
  return fromServer(server, () => client.captures.verdict(captureId));
}

async function fromServer<T>({ baseUrl }: Server, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ProblemError) throw new UsageError(`${baseUrl} refuses: ${error.code}`, { cause: error });
    if (error instanceof ConnectionFailed)
      throw new UsageError(
        `${baseUrl} does not answer; name another with GROUNDTRUTH_URL, or keep keys in a file (--keys)`,
        {
          cause: error,
        },
      );
    throw error;
  }
}

/** @throws {UsageError} for a file that is not there, or no JSON. */
export async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`${file} cannot be read as JSON`, { cause: error });
  }
}

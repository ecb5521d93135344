import { AgentClient } from '../../agent/agent-client.js';
import { FeedClient } from '../../feeds/feed-client.js';
import type { ObservationBody } from '../../feeds/verify.js';
import type { ClientOptions } from '../../http/index.js';
import {
  inclusionProofSchema,
  verdictSchema,
  type InclusionProof,
  type Mode,
  type ModeKeys,
} from '../../protocol/index.js';
import { UsageError } from '../command.js';
import type { Terminal } from '../terminal.js';
import { readJson } from '../values.js';

/** A verdict with what it takes to check it, as `GET /v1/captures/:id/verdict` answers it and a file keeps it. */
export interface VerdictBundle {
  readonly verdict: unknown;
  readonly salt?: string;
  readonly proof?: InclusionProof | null;
  /** The context of the capture; null for whoever may not see it. */
  readonly inputs?: unknown;
}

/** What there is to verify. */
export type Evidence =
  | { readonly kind: 'verdict'; readonly bundle: VerdictBundle }
  | { readonly kind: 'observation'; readonly body: ObservationBody };

type Asked = Pick<Terminal, 'stdin'>;

/**
 * From the server for the id of a capture or of an observation that was read; else from a JSON file, or standard input for `-`: what the server
 * answered, or a bare verdict.
 * @throws {UsageError} for a file that holds neither, or an observation that is not paid for. @throws {ProblemError} {ConnectionFailed} of the server.
 */
export async function evidenceOf(source: string, server: ClientOptions, terminal: Asked): Promise<Evidence> {
  if (/^cap_[0-9a-f]{32}$/.test(source)) {
    requireKey(server, 'a capture id', 'a verdict file');
    return { kind: 'verdict', bundle: await new AgentClient(server).captures.verdict(source) };
  }
  if (/^obs_[0-9a-f]{32}$/.test(source)) {
    requireKey(server, 'an observation id', 'the file of a read');
    const { body } = await new FeedClient(server).observations.get(source);
    if (body === null) throw new UsageError(`${source} was not read yet: groundtruth read ${source}`);
    return { kind: 'observation', body };
  }
  return evidenceIn(source, terminal);
}

/** The public keys of a mode: from a file that was kept, else as the server states them. */
export async function keysFor(mode: Mode, server: ClientOptions, file?: string): Promise<ModeKeys> {
  if (file === undefined) return new FeedClient(server).keys(mode);
  const read = await readJson(file);
  const listed = Array.isArray(read) ? read : ((read as { data?: unknown } | null)?.data ?? [read]);
  const keys = (listed as readonly (ModeKeys | null)[]).find((one) => one?.mode === mode);
  if (!keys?.log) throw new UsageError(`${file} has no ${mode} keys; keep the answer of GET /v1/keys`);
  return keys;
}

/** Of evidence that may be malformed otherwise, so that its other items can still be worked out. @throws {UsageError} */
export function modeOf(evidence: Evidence): Mode {
  const named = (evidence.kind === 'verdict' ? evidence.bundle.verdict : evidence.body.record) as {
    mode?: unknown;
  } | null;
  const mode = verdictSchema.shape.mode.safeParse(named?.mode);
  if (!mode.success) throw new UsageError('the file holds no verdict and no observation: it names no mode');
  return mode.data;
}

/** From a JSON file; from standard input for `-` where there is a terminal. @throws {UsageError} for a file that holds neither. */
export async function evidenceIn(source: string, terminal?: Asked): Promise<Evidence> {
  const read = await readJson(source, terminal);
  if (typeof read !== 'object' || read === null) throw new UsageError(`${source} holds no verdict and no observation`);
  const body = ('body' in read && read.body) || read;
  if (typeof body === 'object' && 'record' in body) return { kind: 'observation', body: body as ObservationBody };
  if (!('verdict' in read)) return { kind: 'verdict', bundle: { verdict: read } };
  const { proof, salt, inputs, verdict } = read as Record<string, unknown>;
  const parsed = inclusionProofSchema.nullable().safeParse(proof ?? null);
  if (!parsed.success) throw new UsageError(`the proof in ${source} is malformed`, { cause: parsed.error });
  const salted = typeof salt === 'string' ? { salt } : {};
  return { kind: 'verdict', bundle: { verdict, inputs, proof: parsed.data, ...salted } };
}

function requireKey({ apiKey }: ClientOptions, what: string, instead: string): void {
  if (apiKey === undefined) throw new UsageError(`${what} needs an API key: groundtruth login; or give ${instead}`);
}

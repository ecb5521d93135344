import { z } from 'zod';
import { AgentClient } from '../agent/agent-client.js';
import { ContributorClient } from '../contributor/contributor-client.js';
import { FeedClient } from '../feeds/feed-client.js';
import type { ClientOptions } from '../http/index.js';
import { UsageError } from './command.js';
import { KeptFiles } from './kept-files.js';
import type { Terminal } from './terminal.js';

const BASE_URL_DEFAULT = 'http://127.0.0.1:8787';
const FILE = 'login.json';

const loginSchema = z.object({ v: z.literal(1), base_url: z.url(), api_key: z.string().min(1) });

/** Whose key is used, and where. */
export interface Session {
  readonly base_url: string;
  /** Null for whoever is not logged in. */
  readonly api_key: string | null;
}

/**
 * GROUNDTRUTH_URL and GROUNDTRUTH_API_KEY, else what `login` stored. A stored key is for the server it was stored with and is sent to no other.
 * @throws {UsageError} for a URL that is none, or a login file that was damaged.
 */
export async function sessionOf(terminal: Terminal): Promise<Session> {
  const { GROUNDTRUTH_URL: url, GROUNDTRUTH_API_KEY: key } = terminal.env;
  // Both together need no file, so a damaged one is no hindrance.
  if (url !== undefined && key !== undefined) return { base_url: baseUrlOf(url), api_key: key };
  const kept = await keptLogin(terminal);
  const base_url = baseUrlOf(url ?? kept?.base_url ?? BASE_URL_DEFAULT);
  const own = kept?.base_url === base_url ? kept.api_key : null;
  return { base_url, api_key: key ?? own };
}

/** Where `login` goes when no option says it. Nowhere by guess: a damaged file may have named another server than the default. @throws {UsageError} */
export async function loginUrlOf(terminal: Terminal): Promise<string> {
  const { GROUNDTRUTH_URL: url } = terminal.env;
  return baseUrlOf(url ?? (await keptLogin(terminal))?.base_url ?? BASE_URL_DEFAULT);
}

/** Where the key is kept. Nothing prints it again. */
export async function keepLogin(terminal: Terminal, { base_url, api_key }: { base_url: string; api_key: string }) {
  return KeptFiles.of(terminal).write(FILE, { v: 1, base_url, api_key });
}

/** Without a closing slash, so that one server has one name. @throws {UsageError} */
export function baseUrlOf(text: string): string {
  if (!URL.canParse(text) || !/^https?:/.test(text)) throw new UsageError(`${text} is no http URL`);
  return new URL(text).href.replace(/\/+$/, '');
}

/** @throws {UsageError} without a key. */
export const agentOf = async (terminal: Terminal): Promise<AgentClient> => new AgentClient(await keyed(terminal));
/** @throws {UsageError} without a key. */
export const contributorOf = async (terminal: Terminal): Promise<ContributorClient> =>
  new ContributorClient(await keyed(terminal));
/** @throws {UsageError} without a key. */
export const readerOf = async (terminal: Terminal): Promise<FeedClient> => new FeedClient(await keyed(terminal));

/** Where a server is and, perhaps, whose key is shown to it: for what anyone may ask. */
export async function optionsOf(terminal: Terminal): Promise<ClientOptions> {
  const { base_url, api_key } = await sessionOf(terminal);
  return { baseUrl: base_url, timing: terminal.timing, ...(api_key === null ? {} : { apiKey: api_key }) };
}

async function keyed(terminal: Terminal): Promise<ClientOptions> {
  const options = await optionsOf(terminal);
  if (options.apiKey !== undefined) return options;
  throw new UsageError(`there is no API key for ${options.baseUrl}: groundtruth login, or set GROUNDTRUTH_API_KEY`);
}

async function keptLogin(terminal: Terminal): Promise<z.infer<typeof loginSchema> | null> {
  const files = KeptFiles.of(terminal);
  const read = await files.read(FILE);
  if (read === null) return null;
  const parsed = loginSchema.safeParse(read);
  // The cause would quote the key.
  if (!parsed.success) throw new UsageError(`${files.folder}/${FILE} is damaged: log in again with --url`);
  return parsed.data;
}

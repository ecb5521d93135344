import { Client, StreamableHTTPClientTransport, type CallToolResult } from '@modelcontextprotocol/client';

/** What a tool answered, as a program reads it. */
export interface Told {
  readonly is_error: boolean;
  readonly text: string;
  /** The structured answer; a refusal is in `refusal`. */
  readonly data: Record<string, any>;
}

interface Connection {
  /** Of the protocol: the one before the newest unless told. */
  readonly era?: 'legacy' | 'auto';
  readonly fetch?: typeof globalThis.fetch;
}

/** The official client over Streamable HTTP, with a key or without. */
export async function connectTools(
  baseUrl: string,
  apiKey?: string,
  { era = 'legacy', fetch }: Connection = {},
): Promise<Client> {
  const client = new Client({ name: 'groundtruth-tests', version: '1.0.0' }, { versionNegotiation: { mode: era } });
  const headers: Record<string, string> = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  await client.connect(
    new StreamableHTTPClientTransport(new URL('/mcp', baseUrl), { requestInit: { headers }, ...(fetch && { fetch }) }),
  );
  return client;
}

/** Hears no answer of a tool: each call is carried out to its end, and then the connection is gone. */
export const deaf: typeof globalThis.fetch = async (input, init) => {
  const response = await fetch(input, init);
  if (!String(init?.body).includes('"tools/call"')) return response;
  await response.text();
  throw new TypeError('the answer was lost');
};

/** Calls a tool and reads its answer; the client itself holds it against the output schema once it has listed the tools. */
export async function callTool(
  client: Client,
  name: string,
  args: Record<string, unknown> = {},
  onprogress?: (message: string) => void,
): Promise<Told> {
  const answer: CallToolResult = await client.callTool(
    { name, arguments: args },
    { timeout: 120_000, ...(onprogress && { onprogress: ({ message }) => onprogress(message ?? '') }) },
  );
  const text = answer.content.map((block) => (block.type === 'text' ? block.text : `[${block.type}]`)).join('\n');
  return { is_error: answer.isError === true, text, data: (answer.structuredContent ?? {}) as Record<string, unknown> };
}

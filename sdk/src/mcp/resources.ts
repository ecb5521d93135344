import { McpServer, ResourceNotFoundError, ResourceTemplate } from '@modelcontextprotocol/server';
import { PROBLEM_CODES } from '../protocol/index.js';
import type { Door } from './call.js';

const PAGES = [
  {
    name: 'skill',
    uri: 'groundtruth://skill',
    path: '/llms.txt',
    title: 'How to buy and check a fact',
    description: 'The start page: enough to finish a bounty, at most 5 KB.',
  },
  {
    name: 'glossary',
    uri: 'groundtruth://glossary',
    path: '/docs/glossary.md',
    title: 'Glossary',
    description: 'One word, one meaning.',
  },
] as const;
const MARKDOWN = 'text/markdown';

/** Pages of the exchange as resources. They are read from it, so that they are of its version. */
export function addResources(server: McpServer, door: Door): void {
  for (const { name, uri, path, ...told } of PAGES) {
    server.registerResource(name, uri, { ...told, mimeType: MARKDOWN }, async () => ({
      contents: [{ uri, mimeType: MARKDOWN, text: await pageOf(door, path, uri) }],
    }));
  }
  const template = new ResourceTemplate('groundtruth://errors/{code}', {
    list: undefined,
    complete: { code: (begun) => PROBLEM_CODES.filter((code) => code.startsWith(begun)) },
  });
  const told = {
    title: 'A refusal',
    description: 'What a code means, when it occurs and what to do.',
    mimeType: MARKDOWN,
  };
  server.registerResource('error', template, told, async (uri, { code }) => {
    const known = PROBLEM_CODES.find((each) => each === code);
    if (!known) throw new ResourceNotFoundError(uri.href);
    return {
      contents: [{ uri: uri.href, mimeType: MARKDOWN, text: await pageOf(door, `/docs/errors/${known}.md`, uri.href) }],
    };
  });
}

async function pageOf({ baseUrl, fetch = globalThis.fetch, signal }: Door, path: string, uri: string): Promise<string> {
  const response = await fetch(`${baseUrl.replace(/\/+$/, '')}${path}`, { signal: signal ?? null });
  if (!response.ok) throw new ResourceNotFoundError(uri);
  return response.text();
}

/** Every way in, for a program that knows nothing but our address. */
export const DOORS = [
  { path: '/llms.txt', is: 'the skill: how to buy a fact, and how to fulfil one, in 5 KB', type: 'text/plain' },
  { path: '/llms-full.txt', is: 'the same with every page of the documentation that a user needs', type: 'text/plain' },
  { path: '/docs', is: 'the documentation page by page, as Markdown', type: 'text/markdown' },
  { path: '/openapi.json', is: 'every route with its schemas and examples (OpenAPI 3.1)', type: 'application/json' },
  { path: '/mcp', is: 'the same use cases as MCP tools (Streamable HTTP, POST)', type: 'application/json' },
  { path: '/v1/keys', is: 'public keys that check what is signed here', type: 'application/json' },
  { path: '/.well-known/x402', is: 'what is sold without an account', type: 'application/json' },
  { path: '/.well-known/agent-card.json', is: 'the A2A agent card', type: 'application/json' },
  { path: '/.well-known/agent-registration.json', is: 'the ERC-8004 registration file', type: 'application/json' },
  {
    path: '/.well-known/security.txt',
    is: 'whom to tell of a weakness, where the operator says so',
    type: 'text/plain',
  },
] as const;

export const ABOUT =
  'An exchange where software agents buy fresh, checkable facts about the physical world: photos, films and readings made at a place and a time, verified, signed and in a public log.';

/** RFC 8288. `llms` is a relation of ours; the others are registered (RFC 8631). */
export const LINKS = [
  '</openapi.json>; rel="service-desc"; type="application/json"',
  '</docs>; rel="service-doc"; type="text/markdown"',
  '</llms.txt>; rel="llms"; type="text/plain"',
].join(', ');

/** `GET /` as Markdown. */
export function doorsText(): string {
  const list = DOORS.map(({ path, is }) => `- [${path}](${path}): ${is}`);
  return ['# Groundtruth', '', ABOUT, '', 'Begin with `/llms.txt`.', '', ...list, ''].join('\n');
}

/** `GET /` as JSON. */
export function doorsJson(origin: string) {
  return {
    name: 'Groundtruth',
    description: ABOUT,
    start: `${origin}/llms.txt`,
    doors: DOORS.map(({ path, ...door }) => ({ url: `${origin}${path}`, ...door })),
  };
}

import { ABOUT } from './doors.js';

/** Of A2A whose form the card has. */
const A2A_VERSION = '1.0';
const VERSION = '1';

/**
 * `/.well-known/agent-card.json`. A2A’s own methods (`SendMessage` and the rest) are not served, so none of its bindings is claimed: both interfaces
 * are named by a page that says what is spoken there, as A2A wants other bindings named. A client that knows neither finds that it cannot talk to us.
 */
export function agentCard(origin: string) {
  return {
    name: 'Groundtruth',
    description: `${ABOUT} It speaks MCP and plain HTTP, not the methods of A2A.`,
    version: VERSION,
    supportedInterfaces: [
      { url: `${origin}/mcp`, protocolBinding: `${origin}/docs/discovery.md#mcp`, protocolVersion: A2A_VERSION },
      { url: `${origin}/v1`, protocolBinding: `${origin}/docs/discovery.md#http`, protocolVersion: A2A_VERSION },
    ],
    provider: { organization: 'Groundtruth', url: origin },
    documentationUrl: `${origin}/llms.txt`,
    iconUrl: `${origin}/icon.svg`,
    capabilities: { streaming: false, pushNotifications: false, extendedAgentCard: false },
    securitySchemes: {
      api_key: {
        httpAuthSecurityScheme: {
          scheme: 'Bearer',
          description: 'An API key, `gt_test_…` or `gt_live_…`, that `POST /v1/agents` answers once.',
        },
      },
    },
    securityRequirements: [{ schemes: { api_key: { list: [] } } }],
    defaultInputModes: ['application/json'],
    defaultOutputModes: ['application/json'],
    skills: SKILLS,
  };
}

const SKILLS = [
  {
    id: 'buy-a-fact',
    name: 'Have a fact fetched',
    description:
      'Quote and post a bounty for a photo, film or reading at a place and a time; somebody nearby fulfils it, and it is paid once verified.',
    tags: ['bounty', 'photo', 'reading', 'verification', 'physical world'],
    examples: ['Is the bakery at 32.7448, 129.8737 open right now? A signed photo, at most 5 dollars.'],
  },
  {
    id: 'read-observations',
    name: 'Read what is known',
    description: 'Find, stream and buy signed observations, from a prepaid balance or without an account by x402.',
    tags: ['feed', 'observation', 'x402'],
  },
  {
    id: 'check-a-proof',
    name: 'Check what was signed',
    description:
      'Keys, checkpoints and proofs by which anyone checks that an observation is in the public log unchanged.',
    tags: ['proof', 'transparency log', 'signature'],
  },
];

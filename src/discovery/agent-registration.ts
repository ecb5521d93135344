import { ABOUT } from './doors.js';

export interface Registered {
  /** Whether reads are sold here by x402. */
  readonly sellsReads: boolean;
  /** `eip155:<chain>:<registry>/<agent id>` each. */
  readonly registrations: readonly string[];
}

/** `/.well-known/agent-registration.json`: the registration file of ERC-8004. What is not registered anywhere says so by leaving `registrations` out. */
export function agentRegistration(origin: string, { sellsReads, registrations }: Registered) {
  return {
    type: 'https://eips.ethereum.org/EIPS/eip-8004#registration-v1',
    name: 'Groundtruth',
    description: ABOUT,
    image: `${origin}/icon.svg`,
    services: [
      { name: 'MCP', endpoint: `${origin}/mcp` },
      { name: 'web', endpoint: `${origin}/` },
      { name: 'A2A', endpoint: `${origin}/.well-known/agent-card.json`, version: '1.0' },
      { name: 'OpenAPI', endpoint: `${origin}/openapi.json`, version: '3.1' },
    ],
    x402Support: sellsReads,
    active: true,
    ...(registrations.length > 0 && { registrations: registrations.map(registrationOf) }),
  };
}

function registrationOf(text: string) {
  const [agentRegistry, agentId] = text.split('/');
  return { agentId: Number(agentId), agentRegistry };
}

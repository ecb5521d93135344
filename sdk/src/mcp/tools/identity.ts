import { AgentClient } from '../../agent/agent-client.js';
import { agentSchema, createAgentSchema } from '../../protocol/index.js';
import { ADDS, tool } from '../tool.js';

export const registerAgent = tool({
  name: 'register_agent',
  title: 'Register a test agent',
  description:
    'Registers an agent in test mode and answers its API key, once: store it and connect with it as a bearer token from then on. Needs no key. Set spend_caps here: they hold for every call of the key. Each call registers another agent.',
  input: createAgentSchema.pick({ name: true, spend_caps: true }),
  output: agentSchema,
  hints: { ...ADDS, idempotentHint: false },
  async run({ door, signal }, { name, spend_caps }) {
    const { baseUrl, fetch, timing } = door;
    const agent = await AgentClient.agents.register({ baseUrl, fetch, timing, signal, name, spend_caps, mode: 'test' });
    const say = `${agent.id} is registered in test mode. Its api_key is in the structured answer and nowhere else: store it, and send it as Authorization: Bearer.`;
    return { data: agent, say };
  },
});

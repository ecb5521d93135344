import { AgentClient } from '../../agent/agent-client.js';
import { ContributorClient } from '../../contributor/contributor-client.js';
import { command, UsageError } from '../command.js';
import { EXIT } from '../exit.js';
import { baseUrlOf, keepLogin, loginUrlOf } from '../session.js';
import type { Terminal } from '../terminal.js';

/**
 * Stores where the server is and a key for it. A key that is given is tried first, so a wrong one is never stored; a new one is stored before
 * anything else can fail, for nobody shows it again.
 */
export const login = command({
  name: 'login',
  summary: 'Stores base URL and API key for your user alone, after asking the server whose key it is; or registers anew in test mode.',
  args: [],
  options: {
    url: { type: 'string', value: 'URL', about: 'Where the server is; GROUNDTRUTH_URL, the last one or this machine when left out.' },
    'api-key-stdin': { type: 'boolean', about: 'Read the key from standard input. It is never an argument: others can list those.' },
    register: { type: 'string', value: 'NAME', about: 'Register under this name and store the new key.' },
    as: { type: 'string', choices: ['agent', 'contributor'], default: 'agent', about: 'What to register.' },
    adult: { type: 'boolean', about: 'State that the contributor is 18 or older: nobody else takes work.' },
  },
  examples: ['login --url http://127.0.0.1:8787 --register harbour-bot', 'login --api-key-stdin < key.txt'],
  async run({ options, terminal, out }) {
    const base_url = options.url === undefined ? await loginUrlOf(terminal) : baseUrlOf(options.url);
    if (options['api-key-stdin'] === (options.register !== undefined))
      throw new UsageError('give the key by --api-key-stdin, or register with --register NAME');
    const { register: name, as, adult } = options;
    const api_key = name === undefined ? await keyGiven(terminal) : await registered(terminal, base_url, { name, as, adult });
    if (name !== undefined) await keepLogin(terminal, { base_url, api_key });
    const who = await new AgentClient({ baseUrl: base_url, apiKey: api_key, timing: terminal.timing }).me({ signal: terminal.signal });
    const file = await keepLogin(terminal, { base_url, api_key });
    out.show({ base_url, ...who, file }, [`${who.role} ${who.id} (${who.mode}) at ${base_url}`, `the key is in ${file}`]);
    return EXIT.ok;
  },
}); // prettier-ignore

async function keyGiven({ stdin }: Terminal): Promise<string> {
  const key = (await stdin()).trim();
  if (!/^[\x21-\x7e]+$/.test(key)) throw new UsageError('standard input holds no API key');
  return key;
}

interface Registration {
  readonly name: string;
  readonly as: string;
  readonly adult: boolean;
}

async function registered({ timing, signal }: Terminal, baseUrl: string, { name, as, adult }: Registration) {
  if (as === 'agent') return (await AgentClient.agents.register({ baseUrl, timing, signal, name })).api_key;
  if (!adult) throw new UsageError('a contributor is 18 or older: state it with --adult');
  return (await ContributorClient.contributors.register({ baseUrl, timing, signal, name, adult })).api_key;
}

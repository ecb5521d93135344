import { AgentClient } from '../../agent/agent-client.js';
import { ContributorClient } from '../../contributor/contributor-client.js';
import { command, UsageError } from '../command.js';
import { EXIT } from '../exit.js';
import { baseUrlOf, keepLogin, sessionOf } from '../session.js';
import type { Terminal } from '../terminal.js';

/** Stores where the server is and a key for it. The key is asked of it first, so a wrong one is never stored. */
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
    const base_url = baseUrlOf(options.url ?? (await sessionOf(terminal)).base_url);
    if (options['api-key-stdin'] === (options.register !== undefined))
      throw new UsageError('give the key by --api-key-stdin, or register with --register NAME');
    const api_key =
      options.register === undefined
        ? (await terminal.stdin()).trim()
        : await registered(terminal, base_url, { name: options.register, as: options.as, adult: options.adult });
    if (!/^[\x21-\x7e]+$/.test(api_key)) throw new UsageError('standard input holds no API key');
    const who = await new AgentClient({ baseUrl: base_url, apiKey: api_key, timing: terminal.timing }).me({ signal: terminal.signal });
    const file = await keepLogin(terminal, { base_url, api_key });
    out.show({ base_url, ...who, file }, [`${who.role} ${who.id} (${who.mode}) at ${base_url}`, `the key is in ${file}`]);
    return EXIT.ok;
  },
}); // prettier-ignore

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

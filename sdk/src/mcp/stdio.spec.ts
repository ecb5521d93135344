import process from 'node:process';
import { PassThrough } from 'node:stream';
import { signedWorld } from '../feeds/signed-world.fixture.js';
import { ScriptedServer } from '../http/scripted-server.fixture.js';
import { serveStdio } from './stdio.js';

const OBSERVATION = `obs_${'1'.repeat(32)}`;

/** What a client writes to standard input until a tool is called. */
const SAID = [
  { id: 1, method: 'initialize', params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } } },
  { method: 'notifications/initialized' },
  { id: 2, method: 'tools/call', params: { name: 'verify_observation', arguments: { observation_id: OBSERVATION } } },
]; // prettier-ignore

let server: ScriptedServer;
beforeEach(async () => {
  // A zod schema quotes a member that it does not know, so the fault quotes whoever answered.
  const { record: signed, ...rest } = await signedWorld('test').observation();
  const record = { ...signed, 'gt_test_secret \u202e': 1 };
  server = await ScriptedServer.start({ status: 200, json: { body: { ...rest, record } } });
});
afterEach(async () => {
  jest.restoreAllMocks();
  await server.stop();
});

describe('a fault behind standard input and output', () => {
  it('is one line on standard error, with neither the key nor what hides in it', async () => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    jest.spyOn(process, 'stdin', 'get').mockReturnValue(input as never);
    jest.spyOn(process, 'stdout', 'get').mockReturnValue(output as never);
    const written: string[] = [];
    jest.spyOn(console, 'error').mockImplementation((line) => void written.push(String(line)));
    const tools = serveStdio({ base_url: server.baseUrl, api_key: 'gt_test_secret' });
    const answered = new Promise<string>((resolve) => {
      output.on('data', (chunk) => void (String(chunk).includes('"id":2') && resolve(String(chunk))));
    });
    for (const message of SAID) input.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
    expect(await answered).toContain('"code":"internal"');
    await tools.close();
    expect(written).toEqual([expect.stringMatching(/^a tool failed: .*unrecognized_keys.*\[key\] \\u\{202e\}.*$/)]);
    expect(written[0]).not.toContain('gt_test_secret');
  });
});

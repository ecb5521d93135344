import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { AgentClient } from '@groundtruth/sdk/agent';
import { callTool, connectTools } from '../support/mcp.js';

const dataDir = mkdtempSync(join(tmpdir(), 'gt-start-'));
let server: ChildProcess;
let origin: string;
/** What `npm start` runs once it has built, as it comes: no setting but where it keeps its data, and a free port. */
beforeAll(async () => {
  server = spawn(process.execPath, ['--enable-source-maps', 'dist/src/main.js'], {
    env: { PATH: process.env.PATH, HOME: dataDir, DATA_DIR: dataDir, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: server.stdout! })) {
    const record = JSON.parse(line) as { message?: string; origin?: string };
    if (record.message === 'the market is open') {
      origin = record.origin!;
      break;
    }
  }
  server.stdout!.resume();
}, 180_000);
afterAll(async () => {
  const gone = once(server, 'exit');
  server.kill('SIGTERM');
  await gone;
  rmSync(dataDir, { recursive: true, force: true });
});

describe('the market as npm start opens it', () => {
  it('is all that the official MCP client needs, from registering to a verified observation', async () => {
    const newcomer = await connectTools(origin);
    const { data: registered } = await callTool(newcomer, 'register_agent', { name: 'newcomer' });
    await newcomer.close();
    const tools = await connectTools(origin, registered.api_key);
    await callTool(tools, 'credit_sandbox', { amount: '20.000000' });
    const terms = {
      kind: 'photo',
      title: 'Bakery door, sign readable',
      area: { lat: 32.7448, lng: 129.8737, radius_m: 150 },
      window: { closes_at: new Date(Date.now() + 3_600_000).toISOString() },
      criteria: { all: [{ text: { pattern: 'OPEN|CLOSED' } }], unique: false, provenance: 'signed' },
      quantity: 1,
      price: { schedule: 'fixed', amount: '5.000000' },
    };
    const { data: posted } = await callTool(tools, 'post_bounty', terms);
    expect(posted).toMatchObject({ bounty: { state: 'open', held: '5.500000' } });
    const agent = new AgentClient({ baseUrl: origin, apiKey: registered.api_key });
    await agent.sandbox.contribute({ bounty_id: posted.bounty.id });

    const watched = await callTool(tools, 'watch_bounty', { bounty_id: posted.bounty.id, timeout_s: 100 });
    expect(watched.data).toMatchObject({ closed: true, bounty: { outcome: 'filled' } });
    const found = await callTool(tools, 'find_observations', { bounty: posted.bounty.id, wait_s: 20 });
    const read = await callTool(tools, 'read_observation', { observation_id: found.data.data[0].id });
    expect(read.is_error).toBe(false);
    const verified = await callTool(tools, 'verify_observation', { observation_id: found.data.data[0].id });
    expect(verified.data).toMatchObject({ verified: true, fault: null });
    await tools.close();
  }, 200_000);
});

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { testMarket, type TestMarket } from '../support/market.js';

const SUITE = resolve('node_modules/@modelcontextprotocol/conformance/dist/index.js');
const BASELINE = resolve('test/conformance/mcp-not-ours.yml');

let market: TestMarket;
let results: string;
beforeAll(async () => {
  market = await testMarket({ VERIFIERS: '0' });
  results = await mkdtemp(join(tmpdir(), 'mcp-conformance-'));
});
afterAll(async () => {
  await market.end();
  await rm(results, { recursive: true });
});

/** Runs the official suite against `/mcp`; it leaves its results where it runs. */
function conformance(): Promise<{ readonly status: number; readonly output: string }> {
  const hook = ['--import', resolve('test/support/conformance-on-node-20.mjs')];
  const args = [...hook, SUITE, 'server', '--url', `${market.baseUrl}/mcp`, '--expected-failures', BASELINE];
  return new Promise((done) => {
    execFile(process.execPath, args, { cwd: results }, (error, stdout, stderr) => {
      done({ status: error ? Number(error.code ?? 1) : 0, output: `${stdout}\n${stderr}` });
    });
  });
}

describe('the official conformance suite', () => {
  it('finds no fault but where a scenario asks for a tool, prompt or resource of its own', async () => {
    const { status, output } = await conformance();
    expect([status, status === 0 ? '' : output]).toEqual([0, '']);
    const ran = ['server-initialize', 'ping', 'tools-list', 'resources-list', 'dns-rebinding-protection'];
    const named = (await readFile(BASELINE, 'utf8')).split('\n');
    for (const scenario of ran) {
      expect(output).toMatch(new RegExp(`✓ ${scenario}: [1-9]\\d* passed, 0 failed`));
      expect(named).not.toContain(`  - ${scenario}`);
    }
  });
});

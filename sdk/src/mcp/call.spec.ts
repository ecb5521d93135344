import { callTool } from './call.js';
import { prepare } from './schemas.js';
import type { Tool } from './tool.js';
import { valueOfInformationTool } from './tools/value.js';

const QUESTION = { market_price: 0.6, prior: 0.5, stake_limit: '100.000000', false_accept: 0.05, false_reject: 0.1 };

async function called(tool: Tool, args: Record<string, unknown>) {
  const faults: unknown[] = [];
  const door = { baseUrl: 'http://exchange.test', onFault: (error: unknown) => void faults.push(error) };
  const request = { mcpReq: { signal: new AbortController().signal } } as Parameters<typeof callTool>[3];
  const { structuredContent } = await callTool(prepare(tool), args, door, request);
  return { refusal: (structuredContent as Record<string, any>).refusal, faults };
}

describe('a number out of its range', () => {
  it('that the caller sent is refused in the words of the exchange', async () => {
    const args = { ...QUESTION, risk: { rule: 'kelly', bankroll: '0' } };
    const { refusal, faults } = await called(valueOfInformationTool, args);
    const detail = { untrusted: 'risk.bankroll: expected more than 0' };
    expect([refusal, faults]).toEqual([expect.objectContaining({ code: 'invalid_request', status: 400, detail }), []]);
  });

  it('that is a fault of our own is no mistake of the caller, and is heard of', async () => {
    const fault = new RangeError('Invalid time value');
    const { refusal, faults } = await called({ ...valueOfInformationTool, run: () => Promise.reject(fault) }, QUESTION);
    expect([refusal.code, faults]).toEqual(['internal', [fault]]);
  });
});

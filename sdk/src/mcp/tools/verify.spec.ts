import { signedWorld } from '../../feeds/signed-world.fixture.js';
import { callTool } from '../call.js';
import { prepare } from '../schemas.js';
import { verifyObservationTool } from './verify.js';

const AT = '2026-11-21T06:00:00.000Z';
const id = (prefix: string, digit = '1') => `${prefix}_${digit.repeat(32)}`;
const card = {
  id: id('obs'), mode: 'test', bounty_id: null, kind: 'photo', cell: '85', hour: AT, tier: 'signed', independent_captures: 1, price: '1.000000',
  currency: 'USD', commitment: '', log_index: 0, published_at: AT, disputed_at: null, revision: 1, revises: null, superseded_by: null, retracted: false,
}; // prettier-ignore
const world = signedWorld('test');

/** What the tool answers of an observation that holds when the exchange answers this as the verdict of the capture that is named. */
async function verified(verdict: object) {
  const body = { ...(await world.observation()), media: null, media_withheld: null };
  const answers: Record<string, unknown> = {
    [`/v1/observations/${id('obs')}`]: { card, body },
    '/v1/keys': { data: [world.keys] },
    [`/v1/captures/${id('cap')}/verdict`]: { inputs: null, ...verdict },
  };
  const fetch = async (url: string | URL | Request) => Response.json(answers[new URL(String(url)).pathname]);
  const door = { baseUrl: 'http://exchange.test', apiKey: 'gt_test_x', fetch };
  const args = { observation_id: id('obs'), capture_id: id('cap') };
  const request = { mcpReq: { signal: new AbortController().signal } } as Parameters<typeof callTool>[3];
  const { structuredContent, content } = await callTool(prepare(verifyObservationTool), args, door, request);
  return { data: structuredContent as Record<string, any>, text: JSON.stringify(content) };
}

describe('an observation with the capture behind it', () => {
  it('holds, and so does the verdict that it was made from', async () => {
    const { data, text } = await verified(await world.verdict());
    expect(data).toMatchObject({ verified: true, fault: null, verdict: { id: id('vrd'), recomputed: 'accepted' } });
    expect(text).toContain('the verdict behind it follows');
  });

  it('does not hold while the proof of the verdict is withheld', async () => {
    const { data } = await verified({ ...(await world.verdict()), proof: null });
    expect(data).toMatchObject({ verified: false, fault: 'proof: that of the verdict is withheld', verdict: null });
  });

  it.each([null, {}])('is not judged by the capture of another one, with proof %j', async (change) => {
    const other = await world.verdict({ verdict_id: id('vrd', '2') as never });
    const { data, text } = await verified(change === null ? { ...other, proof: null } : other);
    expect(data.refusal).toMatchObject({ code: 'invalid_request', param: 'capture_id' });
    expect(text).not.toContain('does NOT hold');
  });

  it('does not hold when the verdict behind it does not', async () => {
    const { verdict, ...rest } = await world.verdict();
    const { data, text } = await verified({ ...rest, verdict: { ...verdict, outcome: 'rejected' } });
    expect([data.verified, data.verdict, text]).toEqual([false, null, expect.stringContaining('does NOT hold')]);
  });
});

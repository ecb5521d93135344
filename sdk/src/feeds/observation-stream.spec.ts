import type { ServerResponse } from 'node:http';
import { Transport } from '../http/index.js';
import { instantTiming } from '../http/instant-timing.fixture.js';
import { ScriptedServer } from '../http/scripted-server.fixture.js';
import { commit, ProofInvalid, type ObservationCard, type ObservationRecord } from '../protocol/index.js';
import { ObservationSkipped, streamObservations, type ObservationStreamOptions } from './observation-stream.js';
import { Observations } from './observations.js';
import { signedWorld } from './signed-world.fixture.js';

const world = signedWorld('test');
const FEED = `fed_${'0'.repeat(32)}`;
const MEDIA = { media: null, media_withheld: null };

let server: ScriptedServer;
beforeAll(async () => void (server = await ScriptedServer.start('drop')));
afterAll(() => server.stop());

const cardFor = ({ record, salt }: { record: ObservationRecord; salt: string }): ObservationCard => ({
  id: record.id, mode: 'test', bounty_id: null, kind: 'photo', cell: '85305ab3fffffff', hour: '2026-11-21T06:00:00.000Z', tier: record.tier,
  independent_captures: record.independent_captures, price: '0.010000', currency: 'USD', commitment: commit(record, salt), log_index: 1,
  published_at: '2026-11-21T06:30:00.000Z', disputed_at: null, revision: 1, revises: null, superseded_by: null, retracted: false,
}); // prettier-ignore

type Signed = Awaited<ReturnType<typeof world.observation>>;

/** A feed of one observation, which the server sells with this body. */
async function first(sold: Signed, card: ObservationCard, options: Partial<ObservationStreamOptions> = {}) {
  const opened = (_: unknown, response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`id: ${card.id}\nevent: observation\ndata: ${JSON.stringify(card)}\n\n`);
  };
  server.script(opened, { status: 201, json: { card, body: { ...sold, ...MEDIA } } });
  const transport = new Transport({ baseUrl: server.baseUrl, apiKey: 'gt_test_x', timing: instantTiming() });
  const pay = new Observations(transport);
  for await (const one of streamObservations(transport, FEED, { keys: world.keys, allowTest: true, pay, ...options }))
    return one;
  return null;
}

describe('a stream of bought observations', () => {
  it('hands over what is signed, logged and what the card promised', async () => {
    const sold = await world.observation();
    const { record, root } = (await first(sold, cardFor(sold)))!;
    expect(record).toEqual(sold.record);
    expect(root).toMatchObject({ size: 2 });
    expect(server.seen.map(({ url }) => url)).toEqual([
      `/v1/feeds/${FEED}/stream`,
      `/v1/observations/${record.id}/reads`,
    ]);
  });

  it('ends with what does not hold: another key, another body than the card’s, or test data where it is not allowed', async () => {
    const sold = await world.observation();
    const forged = await signedWorld('test', '2').observation();
    await expect(first(forged, cardFor(forged))).rejects.toThrow(ProofInvalid);
    const swapped = await world.observation({ facts: [] });
    await expect(first(swapped, cardFor(sold))).rejects.toThrow('the card committed to another body');
    const other = await world.observation({ id: `obs_${'2'.repeat(32)}` as ObservationRecord['id'] });
    await expect(first(other, cardFor(sold))).rejects.toThrow('of another observation');
    await expect(first(sold, cardFor(sold), { allowTest: false })).rejects.toThrow(ProofInvalid);
    expect((await first(forged, cardFor(forged), { keys: null }))?.root).toBeNull();
  });

  it('skips what cannot bear the stake to the micro, unless told otherwise, and says so', async () => {
    const sold = await world.observation({ value_at_risk_max: '5000000' });
    const card = cardFor(sold);
    expect((await first(sold, card, { stake: '5' }))?.card.id).toBe(card.id);
    await expect(first(sold, card, { stake: '5.000001' })).rejects.toThrow(ObservationSkipped);
    expect((await first(sold, card, { stake: '5.000001', allowStakeAboveRisk: true }))?.card.id).toBe(card.id);
    const end = new AbortController();
    const skipped: unknown[] = [];
    const note = (passed: ObservationCard, reason: string) => (skipped.push([passed.id, reason]), end.abort());
    expect(await first(sold, card, { stake: '6', skipped: note, signal: end.signal })).toBeNull();
    expect(skipped).toEqual([[card.id, 'stake_above_value_at_risk']]);
    await expect(first(sold, card, { stake: 'much' })).rejects.toThrow(TypeError);
  });

  it('hands a retraction over whatever the stake', async () => {
    const revision = {
      number: 2,
      revises: `obs_${'3'.repeat(32)}`,
      cause: 'retraction',
    } as ObservationRecord['revision'];
    const sold = await world.observation({
      facts: [],
      value_at_risk_max: '0',
      independent_captures: 0,
      revision: revision!,
    });
    expect((await first(sold, cardFor(sold), { stake: '1000' }))?.record.revision?.cause).toBe('retraction');
  });
});

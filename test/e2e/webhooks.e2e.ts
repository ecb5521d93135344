import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verifyWebhook, type VerifiedWebhook } from '@groundtruth/sdk/feeds';
import { fulfil, newWorker, sheepTerms, shotOf } from '../support/cast.js';
import { eventually } from '../support/eventually.js';
import { testMarket, type TestMarket } from '../support/market.js';
import { photo } from '../support/photos.js';

let market: TestMarket;
let server: Server;
let url: string;
let status = 204;
const heard: { headers: IncomingHttpHeaders; body: string }[] = [];

beforeAll(async () => {
  market = await testMarket({ EGRESS_ALLOW_PRIVATE: '127.0.0.0/8', WEBHOOK_POLL_MS: '50' });
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      heard.push({ headers: request.headers, body });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`;
});
afterAll(async () => {
  await market.end();
  await new Promise((resolve) => server.close(resolve));
});

/** What came and holds by the secret. */
async function verified(secret: string, among = heard): Promise<VerifiedWebhook[]> {
  const checked = await Promise.allSettled(among.map(({ headers, body }) => verifyWebhook(body, headers, secret)));
  return checked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
}
const types = (webhooks: readonly VerifiedWebhook[]): string[] => webhooks.map(({ message }) => message.type);

describe('webhooks', () => {
  it('tell who asked of its capture and card, and another bot of the card alone, through failures, rotation and replay', async () => {
    const [agent, bot] = [await market.funded(), await market.funded()];
    const events = ['capture.accepted', 'observation.published', 'capture.settled'] as const;
    const mine = await agent.client.webhooks.create({ url, events: [...events], cards: {} });
    const theirs = await bot.client.webhooks.create({
      url: `${url}?bot`,
      events: [...events],
      cards: { kind: 'photo' },
    });
    const ping = await agent.client.webhooks.test(mine.id);
    await eventually(async () => (await verified(mine.secret)).some(({ id }) => id === ping.message_id), 'the ping');

    status = 500;
    const criteria = { all: [{ object: { label: 'sheep' } }], unique: false };
    const licence = { exclusive_s: 0, resale: true };
    const bounty = await agent.client.bounties.create(sheepTerms({ criteria, licence }));
    const capture = await fulfil(await newWorker(market.baseUrl, 'Aiko'), bounty, shotOf(photo('march-pastoral')));
    const failing = await eventually(async () => (await agent.client.webhooks.get(mine.id)).failing_since, 'a failure');
    expect(Date.parse(failing)).toBeLessThanOrEqual(Date.now());
    await eventually(async () => (await verified(theirs.secret)).length > 0, 'the first try of the bot’s card');

    status = 204;
    // The pauses between attempts are tested where the clock is ours.
    const hurry = () =>
      market.database.dataSource.query(`UPDATE webhook_delivery SET due_at = now() WHERE state = 'pending'`);
    await eventually(async () => {
      await hurry();
      return (await delivered(agent, mine.id)).length === 5;
    }, 'all messages');
    const told = await verified(mine.secret);
    expect(new Set(types(told))).toEqual(new Set(['ping', ...events, 'observation.card']));
    const accepted = told.find(({ message }) => message.type === 'capture.accepted');
    expect(accepted?.message.data).toMatchObject({ resource_id: capture.id });
    await eventually(async () => {
      await hurry();
      return (await delivered(bot, theirs.id)).length === 1;
    }, 'the bot’s card');
    const [card] = await verified(theirs.secret);
    expect(card?.message).toMatchObject({ type: 'observation.card', data: { bounty_id: null, price: '0.010000' } });
    expect(new Set(types(await verified(theirs.secret)))).toEqual(new Set(['observation.card']));
    for (const { body } of heard) expect(body).not.toMatch(/facts|salt|signature|lat|lng/);

    const rotated = await agent.client.webhooks.rotate(mine.id);
    expect(rotated.secret).not.toBe(mine.secret);
    const replayed = await agent.client.webhooks.replay(mine.id, { message_ids: [accepted!.id] });
    expect(replayed).toEqual({ queued: 1, has_more: false });
    // What was tried twice in a hurry may still be on its way, signed with the old secret alone.
    const replay = await eventually(async () => {
      const checks = heard.map(async (one) => (await verified(rotated.secret, [one])).length > 0);
      const signed = await Promise.all(checks);
      const anew = heard.filter((_, i) => signed[i]);
      return anew.length > 0 ? anew : null;
    }, 'the replay');
    for (const secret of [mine.secret, rotated.secret])
      expect(await verified(secret, replay)).toMatchObject([{ id: accepted!.id, message: accepted!.message }]);

    await agent.client.webhooks.delete(mine.id);
    expect(await agent.client.webhooks.list()).toEqual([]);
    await expect(agent.client.webhooks.get(theirs.id)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('refuse what is never sent to, and count', async () => {
    const agent = await market.funded();
    const make = (to: string) => agent.client.webhooks.create({ url: to, events: ['bounty.opened'] });
    await expect(make('http://10.0.0.1/')).rejects.toMatchObject({ code: 'webhook_url_refused', status: 422 });
    await expect(make('http://0x7f.1/')).rejects.toMatchObject({ code: 'webhook_url_refused' });
    const { id } = await make(url);
    expect(await agent.client.webhooks.change(id, { state: 'paused' })).toMatchObject({ pause_reason: 'owner' });
    await expect(agent.client.webhooks.test(id)).rejects.toMatchObject({
      code: 'webhook_endpoint_paused',
      status: 409,
    });
    for (let n = 1; n < 10; n++) await make(url);
    await expect(make(url)).rejects.toMatchObject({ code: 'webhook_endpoint_limit', status: 409 });
  });
});

async function delivered(owner: Awaited<ReturnType<TestMarket['funded']>>, id: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { message_id } of owner.client.webhooks.deliveries(id, { state: 'delivered' })) ids.push(message_id);
  return ids;
}

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Stripe from 'stripe';
import { type Bench, cardPayment, DAY_MS, openBench } from '../simulator.fixture.js';

interface Receipt {
  readonly body: string;
  readonly signature: string;
}

describe('webhooks of the simulator', () => {
  let bench: Bench;
  let server: Server;
  let received: Receipt[];
  let answer: number;

  beforeEach(async () => {
    received = [];
    answer = 200;
    server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      received.push({ body, signature: String(request.headers['stripe-signature']) });
      response.writeHead(answer).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    bench = await openBench({ webhook_url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  });
  afterEach(async () => {
    await bench.simulator.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const opened = ({ body, signature }: Receipt): Stripe.Event =>
    bench.stripe.webhooks.constructEvent(
      body,
      signature,
      bench.simulator.webhookSecret,
      undefined,
      undefined,
      bench.clock.now(),
    );
  const types = () => received.map((receipt) => opened(receipt).type);
  const topUp = () => bench.stripe.paymentIntents.create(cardPayment(2_000, 'pm_card_visa'));

  it('are signed so that the SDK takes them, and only with the right secret, body and time', async () => {
    const paid = await topUp();
    await bench.simulator.control.webhooks.deliver();
    expect(types()).toEqual(['payment_intent.created', 'charge.succeeded', 'payment_intent.succeeded']);
    const [, , last] = received;
    if (!last) throw new Error('nothing arrived');
    expect(opened(last)).toMatchObject({ data: { object: { id: paid.id, status: 'succeeded' } }, livemode: false });
    expect(() => opened({ ...last, body: last.body.replace('2000', '9000') })).toThrow('No signatures found');
    const forged = bench.simulator.control.webhooks.signed(opened(last).id, 'whsec_other');
    expect(() => opened(forged)).toThrow('No signatures found');
    bench.clock.advance(301_000);
    expect(() => opened(last)).toThrow('Timestamp outside');
  });

  it('come once each, and again later when the receiver did not take them', async () => {
    await topUp();
    answer = 500;
    await bench.simulator.control.webhooks.deliver();
    expect(received).toHaveLength(3);
    answer = 200;
    await bench.simulator.control.webhooks.deliver();
    expect(received).toHaveLength(3);
    bench.clock.advance(60_000);
    await bench.simulator.control.webhooks.deliver();
    expect(received).toHaveLength(6);
    bench.clock.advance(DAY_MS);
    await bench.simulator.control.webhooks.deliver();
    expect(received).toHaveLength(6);
  });

  it('are given up after three days, and may still be asked for again', async () => {
    const paid = await topUp();
    answer = 503;
    for (let hour = 0; hour < 100; hour++) {
      bench.clock.advance(3_600_000);
      await bench.simulator.control.webhooks.deliver();
    }
    const { webhooks } = bench.simulator.control;
    expect(webhooks.waiting()).toEqual([]);
    expect(webhooks.finished().map((row) => row.state)).toEqual(['given_up', 'given_up', 'given_up']);
    answer = 200;
    const before = received.length;
    webhooks.redeliver(webhooks.finished()[2]?.event ?? '');
    await webhooks.deliver();
    expect(received.slice(before).map((receipt) => opened(receipt).data.object)).toMatchObject([{ id: paid.id }]);
  });

  it('can be reordered, repeated, delayed and lost', async () => {
    await topUp();
    const { webhooks } = bench.simulator.control;
    const [created, charged, succeeded] = webhooks.waiting();
    webhooks.lose(created?.event ?? '');
    webhooks.delay(charged?.event ?? '', 60_000);
    await webhooks.deliver({
      arrange: (waiting) =>
        webhooks
          .due(waiting)
          .toReversed()
          .flatMap((row) => [row, row]),
    });
    expect(types()).toEqual(['payment_intent.succeeded', 'payment_intent.succeeded']);
    expect(succeeded?.type).toBe('payment_intent.succeeded');
    bench.clock.advance(60_000);
    await webhooks.deliver();
    expect(types().at(-1)).toBe('charge.succeeded');
    expect(webhooks.waiting()).toEqual([]);
  });

  it('of accounts are thin: they name the account, and the rest is fetched', async () => {
    const account = await bench.payee();
    const { webhooks } = bench.simulator.control;
    await webhooks.deliver({ arrange: (waiting) => waiting.filter((row) => row.thin) });
    const notices = received.map(({ body, signature }) =>
      bench.stripe.parseEventNotification(
        body,
        signature,
        bench.simulator.webhookSecret,
        undefined,
        undefined,
        bench.clock.now(),
      ),
    );
    expect(notices.map((notice) => notice.type)).toEqual([
      'v2.core.account.created',
      'v2.core.account[requirements].updated',
      'v2.core.account[configuration.recipient].capability_status_updated',
      'v2.core.account[configuration.recipient].capability_status_updated',
    ]);
    expect(received.every(({ body }) => !('data' in JSON.parse(body)))).toBe(true);
    const last = notices[3];
    if (last?.type !== 'v2.core.account[configuration.recipient].capability_status_updated')
      throw new Error('another notice');
    expect((await last.fetchRelatedObject()).id).toBe(account);
    expect((await last.fetchEvent()).data.updated_capability).toBe('stripe_balance.payouts');
  });

  it('of accounts can also be listed, page by page', async () => {
    const account = await bench.payee();
    await bench.payee();
    const types: string[] = [];
    for await (const event of bench.stripe.v2.core.events.list({ object_id: account, limit: 1 }))
      types.unshift(event.type);
    expect(types).toHaveLength(4);
    expect(types[0]).toBe('v2.core.account.created');
  });

  it('of connected accounts name the account', async () => {
    const account = await bench.payee();
    const { webhooks } = bench.simulator.control;
    await webhooks.deliver({
      arrange: (waiting) => waiting.filter((row) => row.type === 'account.external_account.created'),
    });
    expect(received.map((receipt) => opened(receipt).account)).toEqual([account]);
  });

  it('carry anything the control makes up, such as an opened review', async () => {
    bench.simulator.control.emit('review.opened', { id: 'prv_1', object: 'review', open: true });
    await bench.simulator.control.webhooks.deliver();
    expect(types()).toEqual(['review.opened']);
  });
});

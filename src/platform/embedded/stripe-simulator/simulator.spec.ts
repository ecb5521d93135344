import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { API_VERSION } from './http/api-version.js';
import Stripe from 'stripe';
import { SystemClock } from '../../time.js';
import { startStripeSimulator } from './index.js';
import { type Bench, cardPayment, clientOf, errorOf, openBench } from './simulator.fixture.js';

describe('the simulator', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.simulator.stop());

  it('speaks the version of the API that the SDK is pinned to, and no other', async () => {
    expect(API_VERSION).toBe(Stripe.API_VERSION);
    const error = await errorOf(
      bench.stripe.balance.retrieve({}, { apiVersion: '2020-08-27' } as Stripe.RequestOptions),
    );
    expect(error.message).toContain('Invalid Stripe API version');
  });

  it('gives the same ids for the same seed, so that a failing run can be repeated', async () => {
    const twin = await openBench();
    const [one, other] = [await bench.pay(2_000), await twin.pay(2_000)];
    await twin.simulator.stop();
    expect(one.id).toBe(other.id);
  });

  it('undoes what a refused request had begun', async () => {
    const refused = { ...cardPayment(2_000, 'pm_card_visa'), automatic_payment_methods: { enabled: true } };
    await errorOf(bench.stripe.paymentIntents.create(refused));
    expect((await bench.stripe.paymentIntents.list()).data).toEqual([]);
    expect((await bench.stripe.events.list()).data).toEqual([]);
  });

  it('refuses what it can not expand', async () => {
    const intent = await bench.stripe.paymentIntents.create(cardPayment(2_000, 'pm_card_visa'));
    const error = await errorOf(bench.stripe.paymentIntents.retrieve(intent.id, { expand: ['application.owner'] }));
    expect(error).toMatchObject({ statusCode: 400, param: 'expand' });
    const listed = await bench.stripe.paymentIntents.list({ expand: ['data.latest_charge'] });
    expect(listed.data[0]?.latest_charge).toMatchObject({ object: 'charge' });
  });

  it('knows dollars only, and takes no manual capture', async () => {
    const draft = { amount: 2_000, currency: 'usd' };
    const euros = await errorOf(bench.stripe.paymentIntents.create({ ...draft, currency: 'eur' }));
    expect(euros).toMatchObject({ statusCode: 400, param: 'currency' });
    const held = await errorOf(bench.stripe.paymentIntents.create({ ...draft, capture_method: 'manual' }));
    expect(held).toMatchObject({ statusCode: 400, param: 'capture_method' });
  });

  it('pages through lists in both directions', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 7; count++) ids.unshift((await bench.stripe.customers.create({})).id);
    const walked: string[] = [];
    for await (const row of bench.stripe.customers.list({ limit: 3 })) walked.push(row.id);
    expect(walked).toEqual(ids);
    const back = await bench.stripe.customers.list({ limit: 2, ending_before: ids[5] });
    expect(back.data.map((row) => row.id)).toEqual([ids[3], ids[4]]);
  });

  it('keeps a v2 failure free to succeed later under its key, unlike v1', async () => {
    const account = await bench.stripe.v2.core.accounts.create({});
    const close = () => bench.stripe.v2.core.accounts.close(account.id, {}, { idempotencyKey: 'close' });
    await bench.pay(10_000);
    bench.simulator.control.fail({ path: '/v2/core/accounts/:id/close', how: '500_kept' });
    expect((await errorOf(close())).statusCode).toBe(500);
    expect((await close()).closed).toBe(true);
  });

  it('lets a person authenticate and be onboarded on its own pages', async () => {
    const return_url = 'https://example.com/back?x=1';
    const asked = await bench.stripe.paymentIntents.create({
      ...cardPayment(2_000, 'pm_card_authenticationRequired'),
      return_url,
    });
    const page = asked.next_action?.redirect_to_url?.url ?? '';
    expect(await (await fetch(page)).text()).toContain('This is not Stripe');
    const back = await fetch(`${page}?holder=agrees`, { method: 'POST', redirect: 'manual' });
    expect(back.headers.get('location')).toBe(`${return_url}&payment_intent=${asked.id}`);
    expect((await bench.stripe.paymentIntents.retrieve(asked.id)).status).toBe('succeeded');

    const account = await bench.stripe.v2.core.accounts.create({
      configuration: { recipient: { capabilities: { stripe_balance: { stripe_transfers: { requested: true } } } } },
    });
    const link = await bench.stripe.v2.core.accountLinks.create({
      account: account.id,
      use_case: {
        type: 'account_onboarding',
        account_onboarding: { refresh_url: 'https://example.com/again', return_url },
      },
    });
    await fetch(link.url, { method: 'POST', redirect: 'manual' });
    const onboarded = await bench.stripe.v2.core.accounts.retrieve(account.id, {
      include: ['configuration.recipient', 'requirements'],
    });
    expect(onboarded.configuration?.recipient?.capabilities?.stripe_balance?.stripe_transfers?.status).toBe('active');
    expect(onboarded.requirements?.entries).toEqual([]);
    bench.clock.advance(5 * 60_000 + 1);
    const late = await fetch(link.url, { redirect: 'manual' });
    expect(late.headers.get('location')).toBe('https://example.com/again');
  });

  it('shows what is required of an account, and restricts it only when that is past due', async () => {
    const id = await bench.payee();
    const { accounts } = bench.simulator.control;
    const status = async () => {
      const account = await bench.stripe.v2.core.accounts.retrieve(id, {
        include: ['configuration.recipient', 'requirements'],
      });
      const capability = account.configuration?.recipient?.capabilities?.stripe_balance?.stripe_transfers;
      return [
        capability?.status,
        capability?.status_details[0]?.code,
        account.requirements?.summary?.minimum_deadline?.status,
      ];
    };
    expect(await status()).toEqual(['active', undefined, undefined]);
    accounts.require(id, 'identity.individual.id_number', 'currently_due');
    expect(await status()).toEqual(['active', undefined, 'currently_due']);
    accounts.require(id, 'identity.individual.document', 'past_due');
    expect(await status()).toEqual(['restricted', 'requirements_past_due', 'past_due']);
    accounts.fulfil(id);
    expect(await status()).toEqual(['active', undefined, undefined]);
    accounts.reject(id);
    expect(await status()).toEqual(['rejected', 'rejected_other', undefined]);
  });

  it('closes an account only when nothing is left in it', async () => {
    const id = await bench.payee();
    await bench.pay(10_000);
    await bench.stripe.transfers.create({ amount: 100, currency: 'usd', destination: id });
    expect(() => bench.simulator.control.accounts.close(id)).toThrow('not zero');
    await bench.stripe.payouts.create({ amount: 100, currency: 'usd' }, { stripeAccount: id });
    bench.simulator.control.accounts.close(id);
    expect((await bench.stripe.v2.core.accounts.retrieve(id)).closed).toBe(true);
    const acting = await errorOf(bench.stripe.balance.retrieve({}, { stripeAccount: id }));
    expect([acting.statusCode, acting.code]).toEqual([403, 'account_invalid']);
    const refused = await errorOf(bench.stripe.transfers.create({ amount: 100, currency: 'usd', destination: id }));
    expect(refused.code).toBe('insufficient_capabilities_for_transfer');
  });

  it('sends events by itself in auto mode', async () => {
    const heard: string[] = [];
    let enough: () => void = () => undefined;
    const done = new Promise<void>((resolve) => (enough = resolve));
    const receiver = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      heard.push((JSON.parse(body) as { type: string }).type);
      response.end();
      if (heard.includes('payment_intent.succeeded')) enough();
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const webhook_url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
    const simulator = await startStripeSimulator({ clock: new SystemClock(), mode: 'auto', webhook_url });
    await clientOf(simulator).paymentIntents.create(cardPayment(2_000, 'pm_card_visa'));
    await done;
    await simulator.stop();
    receiver.closeAllConnections();
    receiver.close();
    expect(heard).toEqual(['payment_intent.created', 'charge.succeeded', 'payment_intent.succeeded']);
  });
});

import { randomUUID } from 'node:crypto';
import Stripe from 'stripe';
import { eventually } from '../support/eventually.js';
import { errorOf, realTarget, simulatorTarget, type StripeTarget } from '../support/stripe-target.js';

const secret_key = process.env.STRIPE_SECRET_KEY;
const targets: { name: string; start: () => Promise<StripeTarget>; simulated: boolean }[] = [
  { name: 'the simulator', start: simulatorTarget, simulated: true },
  ...(secret_key ? [{ name: 'Stripe test mode', start: () => realTarget(secret_key), simulated: false }] : []),
];

const cardOnly = { enabled: true, allow_redirects: 'never' } as const;
const pay = (stripe: Stripe, payment_method: string, more: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
  stripe.paymentIntents.create({
    amount: 2_000,
    currency: 'usd',
    automatic_payment_methods: cardOnly,
    capture_method: 'automatic', // So that the charge names its balance transaction at once.
    confirm: true,
    payment_method,
    ...more,
  });

describe.each(targets)('$name, through the SDK', ({ start, simulated }) => {
  /** What needs somebody to move the clock or play the bank. */
  const itSimulated = simulated ? it : it.skip;
  let target: StripeTarget;
  let stripe: Stripe;
  beforeAll(async () => {
    target = await start();
    ({ stripe } = target);
  });
  afterAll(() => target.stop());

  describe('a payment', () => {
    it('succeeds, with its charge and fee to be fetched by expansion', async () => {
      const paid = await pay(stripe, 'pm_card_visa', {
        metadata: { order: 'a' },
        expand: ['latest_charge.balance_transaction'],
      });
      expect(paid).toMatchObject({ status: 'succeeded', amount_received: 2_000, metadata: { order: 'a' } });
      const charge = paid.latest_charge as Stripe.Charge;
      expect(charge).toMatchObject({ object: 'charge', paid: true, captured: true, amount_refunded: 0 });
      const fetched = await stripe.charges.retrieve(charge.id, { expand: ['balance_transaction'] });
      expect(fetched.balance_transaction).toMatchObject({
        type: 'charge',
        amount: 2_000,
        fee: 88,
        net: 1_912,
        status: 'pending',
      });
    });

    it('can be made in two steps', async () => {
      const draft = await stripe.paymentIntents.create({
        amount: 5_000,
        currency: 'usd',
        automatic_payment_methods: cardOnly,
      });
      expect(draft.status).toBe('requires_payment_method');
      const paid = await stripe.paymentIntents.confirm(draft.id, { payment_method: 'pm_card_visa' });
      expect(paid.status).toBe('succeeded');
      expect((await stripe.paymentIntents.retrieve(draft.id)).status).toBe('succeeded');
    });

    it.each([
      ['pm_card_chargeDeclined', 'card_declined', 'generic_decline'],
      ['pm_card_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
      ['pm_card_chargeDeclinedExpiredCard', 'expired_card', 'expired_card'],
      ['pm_card_radarBlock', 'card_declined', 'fraudulent'],
    ])(
      'by %s is refused as a card error and can be tried again with another card',
      async (card, code, decline_code) => {
        const error = await errorOf(pay(stripe, card));
        expect(error).toBeInstanceOf(Stripe.errors.StripeCardError);
        expect(error).toMatchObject({ statusCode: 402, code });
        if (code === 'card_declined') expect(error.decline_code).toBe(decline_code);
        const left = error.payment_intent as Stripe.PaymentIntent;
        expect(left).toMatchObject({
          status: 'requires_payment_method',
          last_payment_error: { type: 'card_error', code },
        });
        const paid = await stripe.paymentIntents.confirm(left.id, { payment_method: 'pm_card_visa' });
        expect(paid).toMatchObject({ status: 'succeeded', last_payment_error: null });
      },
    );

    it('asks for the cardholder when the card wants 3DS, and can be canceled then', async () => {
      const asked = await pay(stripe, 'pm_card_threeDSecure2Required', { return_url: 'https://example.com/back' });
      expect(asked).toMatchObject({ status: 'requires_action', next_action: { type: 'redirect_to_url' } });
      const canceled = await stripe.paymentIntents.cancel(asked.id, { cancellation_reason: 'abandoned' });
      expect(canceled).toMatchObject({ status: 'canceled', cancellation_reason: 'abandoned' });
      const error = await errorOf(stripe.paymentIntents.confirm(asked.id, { payment_method: 'pm_card_visa' }));
      expect(error).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state' });
    });

    it('off session is refused by a card that wants its holder', async () => {
      const customer = await stripe.customers.create({ name: 'Off session' });
      const method = await stripe.paymentMethods.attach('pm_card_authenticationRequired', { customer: customer.id });
      const error = await errorOf(pay(stripe, method.id, { customer: customer.id, off_session: true }));
      expect(error).toBeInstanceOf(Stripe.errors.StripeCardError);
      expect(error).toMatchObject({ code: 'authentication_required', decline_code: 'authentication_required' });
    });

    it('without a return URL is refused when redirects are allowed', async () => {
      const error = await errorOf(pay(stripe, 'pm_card_visa', { automatic_payment_methods: { enabled: true } }));
      expect(error).toBeInstanceOf(Stripe.errors.StripeInvalidRequestError);
      expect(error.message).toContain('return_url');
    });

    it('is found in a list by its window of creation', async () => {
      const paid = await pay(stripe, 'pm_card_visa');
      const window = { gte: paid.created - 1, lte: paid.created + 1 };
      const found: string[] = [];
      for await (const row of stripe.paymentIntents.list({ created: window, limit: 3 })) found.push(row.id);
      expect(found).toContain(paid.id);
      const after = await stripe.paymentIntents.list({ created: { gt: paid.created + 3_600 } });
      expect(after.data).toEqual([]);
    });
  });

  describe('a wrong call', () => {
    it.each([
      [{ amount: 2_000, currency: 'usd', metadaat: { a: 'b' } }, 'parameter_unknown', 'metadaat'],
      [{ amount: 2_000 }, 'parameter_missing', 'currency'],
      [{ amount: 49, currency: 'usd' }, 'amount_too_small', 'amount'],
    ])('with %j names what is wrong', async (parameters, code, param) => {
      const error = await errorOf(stripe.paymentIntents.create(parameters as never));
      expect(error).toBeInstanceOf(Stripe.errors.StripeInvalidRequestError);
      expect(error).toMatchObject({ statusCode: 400, code, param });
    });

    it('for an object that is not there says so', async () => {
      const error = await errorOf(stripe.paymentIntents.retrieve('pi_missing'));
      expect(error).toMatchObject({ statusCode: 404, code: 'resource_missing', type: 'StripeInvalidRequestError' });
      const inBody = await errorOf(pay(stripe, 'pm_card_visa', { customer: 'cus_missing' }));
      expect(inBody).toMatchObject({ statusCode: 400, code: 'resource_missing', param: 'customer' });
    });

    it('to an unknown address is loud', async () => {
      const error = await errorOf(stripe.rawRequest('POST', '/v1/nowhere', {}));
      expect(error).toMatchObject({ statusCode: 404, type: 'StripeInvalidRequestError' });
      expect(error.message).toContain('Unrecognized request URL');
    });

    it('with a wrong key, or for a strange account, is shut out', async () => {
      const key = await errorOf(stripe.balance.retrieve({}, { apiKey: 'sk_test_wrong' }));
      expect(key).toBeInstanceOf(Stripe.errors.StripeAuthenticationError);
      const account = await errorOf(stripe.balance.retrieve({}, { stripeAccount: 'acct_1Missing0000000' }));
      expect(account).toBeInstanceOf(Stripe.errors.StripePermissionError);
      expect(account.code).toBe('account_invalid');
    });
  });

  describe('an idempotency key', () => {
    it('gives the first answer again', async () => {
      const idempotencyKey = randomUUID();
      const create = () => stripe.customers.create({ name: 'Once' }, { idempotencyKey });
      const [first, second] = [await create(), await create()];
      expect(second.id).toBe(first.id);
      expect(second.lastResponse.headers['idempotent-replayed']).toBe('true');
      expect(first.lastResponse.headers['idempotent-replayed']).toBeUndefined();
    });

    it('refuses other parameters', async () => {
      const idempotencyKey = randomUUID();
      await stripe.customers.create({ name: 'One' }, { idempotencyKey });
      const error = await errorOf(stripe.customers.create({ name: 'Two' }, { idempotencyKey }));
      expect(error).toBeInstanceOf(Stripe.errors.StripeIdempotencyError);
      expect(error.statusCode).toBe(400);
    });

    it('gives a decline again too', async () => {
      const idempotencyKey = randomUUID();
      const attempt = () =>
        stripe.paymentIntents.create(
          {
            amount: 2_000,
            currency: 'usd',
            confirm: true,
            payment_method: 'pm_card_chargeDeclined',
            automatic_payment_methods: cardOnly,
          },
          { idempotencyKey },
        );
      const [first, second] = [await errorOf(attempt()), await errorOf(attempt())];
      expect(second.payment_intent?.id).toBe(first.payment_intent?.id);
      expect(second.headers?.['idempotent-replayed']).toBe('true');
    });

    it('stays free when the parameters were wrong', async () => {
      const idempotencyKey = randomUUID();
      await errorOf(stripe.customers.create({ naem: 'Typo' } as never, { idempotencyKey }));
      expect((await stripe.customers.create({ name: 'Right' }, { idempotencyKey })).name).toBe('Right');
    });
  });

  describe('a saved card', () => {
    it('is attached, listed, charged off session and detached', async () => {
      const customer = await stripe.customers.create({ email: 'owner@example.com', metadata: { owner: '7' } });
      const method = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
      const listed = await stripe.paymentMethods.list({ customer: customer.id, type: 'card' });
      expect(listed.data.map((row) => row.id)).toEqual([method.id]);
      const paid = await pay(stripe, method.id, { customer: customer.id, off_session: true });
      expect(paid).toMatchObject({ status: 'succeeded', customer: customer.id, payment_method: method.id });
      await stripe.paymentMethods.detach(method.id);
      expect((await stripe.paymentMethods.list({ customer: customer.id })).data).toEqual([]);
      const error = await errorOf(pay(stripe, method.id));
      expect(error).toBeInstanceOf(Stripe.errors.StripeInvalidRequestError);
    });

    it('comes from a setup intent, or from a payment that asks for it', async () => {
      const customer = await stripe.customers.create({});
      const setup = await stripe.setupIntents.create({
        customer: customer.id,
        payment_method: 'pm_card_visa',
        confirm: true,
        automatic_payment_methods: cardOnly,
      });
      expect(setup.status).toBe('succeeded');
      await pay(stripe, 'pm_card_mastercard', { customer: customer.id, setup_future_usage: 'off_session' });
      expect((await stripe.paymentMethods.list({ customer: customer.id })).data).toHaveLength(2);
    });

    it('that declines is refused when it is attached', async () => {
      const customer = await stripe.customers.create({});
      const error = await errorOf(stripe.paymentMethods.attach('pm_card_chargeDeclined', { customer: customer.id }));
      expect(error).toBeInstanceOf(Stripe.errors.StripeCardError);
    });

    it('is not shared between customers', async () => {
      const [mine, other] = [await stripe.customers.create({}), await stripe.customers.create({})];
      const method = await stripe.paymentMethods.attach('pm_card_visa', { customer: mine.id });
      const error = await errorOf(pay(stripe, method.id, { customer: other.id }));
      expect(error).toBeInstanceOf(Stripe.errors.StripeInvalidRequestError);
    });
  });

  describe('a refund', () => {
    it('gives back a part, then the rest, then no more', async () => {
      const paid = await pay(stripe, 'pm_card_visa');
      const charge = paid.latest_charge as string;
      const part = await stripe.refunds.create({ charge, amount: 500, metadata: { why: 'part' } });
      expect(part).toMatchObject({ status: 'succeeded', amount: 500, charge, metadata: { why: 'part' } });
      const tooMuch = await errorOf(stripe.refunds.create({ charge, amount: 1_501 }));
      expect(tooMuch.statusCode).toBe(400);
      const rest = await stripe.refunds.create({ payment_intent: paid.id, reason: 'requested_by_customer' });
      expect(rest.amount).toBe(1_500);
      expect(await stripe.charges.retrieve(charge)).toMatchObject({ amount_refunded: 2_000, refunded: true });
      expect((await errorOf(stripe.refunds.create({ charge }))).code).toBe('charge_already_refunded');
    });
  });

  describe('a connected account', () => {
    const create = () =>
      stripe.v2.core.accounts.create({
        contact_email: 'payee@example.com',
        display_name: 'Payee',
        dashboard: 'none',
        identity: { country: 'us', entity_type: 'individual' },
        configuration: { recipient: { capabilities: { stripe_balance: { stripe_transfers: { requested: true } } } } },
        defaults: {
          currency: 'usd',
          responsibilities: { fees_collector: 'application', losses_collector: 'application' },
        },
        include: ['configuration.recipient', 'requirements'],
        metadata: { payee: '9' },
      });

    it('begins with requirements, a restricted capability, and a link to satisfy them', async () => {
      const account = await create();
      expect(account.configuration?.recipient?.capabilities?.stripe_balance?.stripe_transfers?.status).not.toBe(
        'active',
      );
      expect(account.requirements?.entries?.length).toBeGreaterThan(0);
      const bare = await stripe.v2.core.accounts.retrieve(account.id);
      expect(bare.requirements ?? null).toBeNull();
      const link = await stripe.v2.core.accountLinks.create({
        account: account.id,
        use_case: {
          type: 'account_onboarding',
          account_onboarding: { refresh_url: 'https://example.com/again', return_url: 'https://example.com/done' },
        },
      });
      expect(link).toMatchObject({ account: account.id, object: 'v2.core.account_link' });
      expect(link.url).toMatch(/^https?:/);
    });

    it('takes no transfers before it was onboarded', async () => {
      const account = await create();
      const error = await errorOf(stripe.transfers.create({ amount: 100, currency: 'usd', destination: account.id }));
      expect(error).toMatchObject({ statusCode: 400, code: 'insufficient_capabilities_for_transfer' });
      const nobody = await errorOf(
        stripe.transfers.create({ amount: 100, currency: 'usd', destination: 'acct_1Missing0000000' }),
      );
      expect(nobody).toMatchObject({ statusCode: 400, code: 'resource_missing', param: 'destination' });
    });

    it('is created once for one key', async () => {
      const idempotencyKey = randomUUID();
      const ask = () => stripe.v2.core.accounts.create({ display_name: 'Twice' }, { idempotencyKey });
      expect((await ask()).id).toBe((await ask()).id);
    });

    it('that is closed is not to be acted for any more, only to be read', async () => {
      const { id } = await create();
      await stripe.v2.core.accounts.close(id, { applied_configurations: ['recipient'] });
      const acting = await errorOf(stripe.payouts.list({}, { stripeAccount: id }));
      expect([acting.statusCode, acting.code]).toEqual([403, 'account_invalid']);
      expect((await stripe.v2.core.accounts.retrieve(id)).closed).toBe(true);
    });

    it('that does not exist is not found', async () => {
      const error = await errorOf(stripe.v2.core.accounts.retrieve('acct_1Missing0000000'));
      expect([403, 404]).toContain(error.statusCode);
    });
  });

  describe('a disputed payment', () => {
    it('says so, and the dispute is won with the evidence that wins in test mode', async () => {
      const charge = (await pay(stripe, 'pm_card_createDispute')).latest_charge as string;
      const [dispute] = await eventually(async () => {
        const { data } = await stripe.disputes.list({ charge });
        return data.length > 0 ? data : null;
      });
      expect(dispute).toMatchObject({ amount: 2_000, reason: 'fraudulent', status: 'needs_response', charge });
      expect((await errorOf(stripe.refunds.create({ charge }))).code).toBe('charge_disputed');
      const evidence = { uncategorized_text: 'winning_evidence' };
      await stripe.disputes.update(dispute?.id ?? '', { evidence, submit: true });
      await eventually(async () => (await stripe.disputes.retrieve(dispute?.id ?? '')).status === 'won');
    });

    it('was warned of when the card is known as stolen', async () => {
      const charge = (await pay(stripe, 'pm_card_createIssuerFraudRecord')).latest_charge as string;
      const [warning] = await eventually(async () => {
        const { data } = await stripe.radar.earlyFraudWarnings.list({ charge });
        return data.length > 0 ? data : null;
      });
      expect(warning).toMatchObject({ object: 'radar.early_fraud_warning', charge });
    });
  });

  describe('money', () => {
    itSimulated('goes from a card to a bank', async () => {
      const { simulator, clock } = target.simulated ?? { simulator: null, clock: null };
      if (!simulator || !clock) throw new Error('only the simulator moves money at will');
      const requested = { stripe_balance: { stripe_transfers: { requested: true } } };
      const payee = await stripe.v2.core.accounts.create({ configuration: { recipient: { capabilities: requested } } });
      simulator.control.accounts.onboard(payee.id);
      await pay(stripe, 'pm_card_bypassPending', { amount: 10_000 });
      const sent = await stripe.transfers.create({
        amount: 5_000,
        currency: 'usd',
        destination: payee.id,
        transfer_group: 'batch-1',
        metadata: { operation: 'op-1' },
      });
      const listed = await stripe.transfers.list({ transfer_group: 'batch-1' });
      expect(listed.data.map((row) => row.metadata.operation)).toEqual(['op-1']);
      expect(listed.data[0]?.id).toBe(sent.id);
      clock.advance(3 * 86_400_000);
      simulator.control.tick();
      clock.advance(2 * 86_400_000);
      simulator.control.tick();
      const [payout] = (await stripe.payouts.list({ status: 'paid' }, { stripeAccount: payee.id })).data;
      expect(payout).toMatchObject({ amount: 5_000, automatic: true });
      expect(simulator.control.audit().faults).toEqual([]);
    });
  });

  it('tells what happened as events', async () => {
    const paid = await pay(stripe, 'pm_card_visa');
    const events = await stripe.events.list({ type: 'payment_intent.succeeded', limit: 20 });
    const event = events.data.find((row) => (row.data.object as Stripe.PaymentIntent).id === paid.id);
    expect(event).toMatchObject({
      object: 'event',
      data: { object: { object: 'payment_intent', status: 'succeeded' } },
    });
    expect((await stripe.events.retrieve(event?.id ?? '')).type).toBe('payment_intent.succeeded');
  });
});

import { cardWorld, DOLLAR, type CardWorld } from './card.fixture.js';
import { sql } from '../../../platform/database/index.js';
import { ExtOpsRepository, type ExtOp } from '../../stripe/ext-ops.repository.js';
import { CARD_EVENTS } from './card.events.js';

describe('a top-up', () => {
  let world: CardWorld;
  beforeAll(async () => (world = await cardWorld()));
  afterAll(async () => {
    const report = await world.run((tx) => world.ledger.booksBalance(tx));
    const { faults } = world.simulator.control.audit();
    await world.end();
    expect([report.faults, faults]).toEqual([[], []]);
  });

  it('credits the whole amount once, whoever tells of it, and books what Stripe took', async () => {
    const agent = await world.agent();
    const cost = () => world.run((tx) => world.ledger.balance(tx, world.accounts.railCosts()));
    const before = (await cost()).posted;
    const id = await world.begin(agent, 50n * DOLLAR);
    await world.deliver((events) => [...events, ...events].reverse());
    await world.sweep.pass();
    await world.inbox.pass();
    expect(await world.service.get(agent, id)).toMatchObject({ state: 'succeeded', amount: '50.000000' });
    expect(await world.available(agent)).toBe(50n * DOLLAR);
    expect((await cost()).posted - before).toBe(1_750_000n); // 2.9 % and 30 cents
  });

  it.each([
    ['pm_card_chargeDeclined', 'card_declined', 'generic_decline'],
    ['pm_card_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
    ['pm_card_chargeDeclinedExpiredCard', 'card_declined', 'expired_card'],
    ['pm_card_radarBlock', 'card_declined', 'fraudulent'],
    ['pm_card_authenticationRequired', 'authentication_required', 'authentication_required'],
    ['pm_none', 'payment_refused', 'resource_missing'],
  ])('by %s off session fails with %s and credits nothing', async (card, code, reason) => {
    const agent = await world.agent();
    const id = await world.begin(agent, 20n * DOLLAR, card, { off_session: true });
    await world.deliver();
    const { state, failure } = await world.service.get(agent, id);
    expect([state, failure?.code]).toEqual(['failed', code]);
    expect(failure?.reason).toContain(reason);
    expect(await world.available(agent)).toBe(0n);
  });

  it('waits for the cardholder, and credits once they agreed', async () => {
    const agent = await world.agent();
    const asked = { return_url: 'https://agent.example/back' };
    const id = await world.begin(agent, 20n * DOLLAR, 'pm_card_threeDSecure2Required', asked);
    const waiting = await world.service.get(agent, id);
    expect(waiting).toMatchObject({
      state: 'requires_action',
      action: { url: expect.stringContaining('/simulator/') },
    });
    const intent = waiting.action!.client_secret.split('_secret_')[0]!;
    world.simulator.control.authenticate(intent, 'agrees');
    await world.deliver();
    expect(await world.service.get(agent, id)).toMatchObject({ state: 'succeeded', action: null });
    expect(await world.available(agent)).toBe(20n * DOLLAR);
  });

  it('fails when the cardholder does not approve it', async () => {
    const agent = await world.agent();
    const id = await world.begin(agent, 20n * DOLLAR, 'pm_card_threeDSecure2Required');
    const { action } = await world.service.get(agent, id);
    world.simulator.control.authenticate(action!.client_secret.split('_secret_')[0]!, 'fails');
    await world.deliver();
    expect(await world.service.get(agent, id)).toMatchObject({
      state: 'failed',
      failure: { code: 'authentication_required' },
    });
  });

  it('is never charged twice when the answer is lost, whatever way it is lost', async () => {
    for (const how of ['500', '500_kept', '500_after', 'reset_before', 'reset_after', '429', '409'] as const) {
      const agent = await world.agent();
      await world.customers.ensure('test', agent.id);
      const times = how.startsWith('reset') ? 2 : 1;
      world.simulator.control.fail({ method: 'POST', path: '/v1/payment_intents', how, times });
      const id = await world.begin(agent, 30n * DOLLAR);
      for (let tries = 0; tries < 6; tries++) {
        world.clock.advance(600_000);
        await world.ops.pass();
      }
      const { customer } = await world.customers.ensure('test', agent.id);
      const { data } = await world.access.test.stripe.paymentIntents.list({ customer });
      expect([how, data.length]).toEqual([how, 1]);
      expect([how, (await world.service.get(agent, id)).state]).toEqual([how, 'succeeded']);
      expect(await world.available(agent)).toBe(30n * DOLLAR);
    }
  });

  it.each([true, false])(
    'whose sender died after the card was charged is not charged again (webhooks first: %p)',
    async (told) => {
      const agent = await world.agent();
      const body = {
        amount: 30n * DOLLAR,
        payment_method: 'pm_card_visa',
        save_payment_method: false,
        off_session: false,
      };
      const { result } = await world.service.create(world.command(agent, 'top-up'), agent, body);
      const [op] = await world.run((tx) =>
        sql<ExtOp & Record<string, unknown>>(tx, 'SELECT * FROM ext_op WHERE subject = $1', [result.id]),
      );
      const { stripe } = world.access.test;
      await world.run((tx) =>
        new ExtOpsRepository().advance(tx, op!.id, 'send', world.clock.now(), {
          due_at: new Date(world.clock.now() + 60_000),
        }),
      );
      await stripe.paymentIntents.create(op!.request as never, { idempotencyKey: op!.id });
      expect(await world.ops.pass()).toBe(0);
      if (told) await world.deliver();
      world.clock.advance(2 * 86_400_000);
      expect(await world.ops.pass()).toBe(1);
      await world.deliver();
      const { customer } = await world.customers.ensure('test', agent.id);
      expect((await stripe.paymentIntents.list({ customer })).data).toHaveLength(1);
      expect(await world.available(agent)).toBe(30n * DOLLAR);
    },
  );

  it('is sent once by any number of processes', async () => {
    const agent = await world.agent();
    const body = {
      amount: 30n * DOLLAR,
      payment_method: 'pm_card_visa',
      save_payment_method: false,
      off_session: false,
    };
    await world.service.create(world.command(agent, 'top-up'), agent, body);
    const sent = await Promise.all([world.ops.pass(), world.ops.pass(), world.ops.pass()]);
    expect(sent.reduce((total, one) => total + one)).toBe(1);
    expect(await world.available(agent)).toBe(30n * DOLLAR);
  });

  it('is found when neither the answer nor any webhook ever came', async () => {
    const agent = await world.agent();
    const id = await world.begin(agent, 20n * DOLLAR, 'pm_card_threeDSecure2Required');
    const { action } = await world.service.get(agent, id);
    world.simulator.control.authenticate(action!.client_secret.split('_secret_')[0]!, 'agrees');
    for (const { event } of world.simulator.control.webhooks.waiting()) world.simulator.control.webhooks.lose(event);
    world.clock.advance(3_600_000);
    await world.sweep.pass();
    await world.inbox.pass();
    expect(await world.service.get(agent, id)).toMatchObject({ state: 'succeeded' });
  });

  it.each([19_990_000n, 5_000_010_000n])('of %s micros is refused', async (amount) => {
    const agent = await world.agent();
    await expect(world.begin(agent, amount)).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('without a named or a saved card is refused', async () => {
    const agent = await world.agent();
    const body = { amount: 20n * DOLLAR, save_payment_method: false, off_session: false };
    const begun = world.service.create(world.command(agent, 'top-up'), agent, body);
    await expect(begun).rejects.toMatchObject({ code: 'payment_method_missing' });
  });

  it('charges the one saved card, which can be removed', async () => {
    const agent = await world.agent();
    const card = await world.cards.attach(agent, 'pm_card_visa');
    expect((await world.cards.list(agent)).data).toMatchObject([{ id: card.id, last4: '4242' }]);
    const body = { amount: 20n * DOLLAR, save_payment_method: false, off_session: true };
    await world.service.create(world.command(agent, 'top-up'), agent, body);
    await world.ops.pass();
    expect(await world.available(agent)).toBe(20n * DOLLAR);
    await world.cards.remove(agent, card.id);
    expect((await world.cards.list(agent)).data).toEqual([]);
  });
});

describe('the inbox', () => {
  let world: CardWorld;
  beforeAll(async () => (world = await cardWorld()));
  afterAll(() => world.end());

  it('takes no forged and no old webhook', async () => {
    await world.begin(await world.agent(), 20n * DOLLAR);
    const [told] = world.simulator.control.webhooks.waiting();
    expect(() => world.post(told!.event, 'whsec_other')).toThrow(
      expect.objectContaining({ code: 'webhook_signature_invalid' }),
    );
  });

  it.each([
    ['review.opened', { id: 'prv_1', object: 'review' }],
    ['review.closed', { id: 'prv_1', object: 'review' }],
    ['reserve.hold.created', { id: 'rsv_1', object: 'reserve.hold' }],
    ['balance.available', { object: 'balance' }],
    ['payment_intent.created', { id: 'pi_1', object: 'payment_intent' }],
    ['of.tomorrow', { object: 'thing' }],
  ])('stores %s, on which no card money depends, and ignores it', async (type, object) => {
    const id = world.simulator.control.emit(type, object);
    await world.deliver();
    const rows = await world.db.dataSource.query(`SELECT state, type FROM inbox_event WHERE id = $1`, [id]);
    expect(rows).toEqual([{ state: 'ignored', type }]);
  });

  it('asks for a while about what Stripe does not have, and then ignores the event', async () => {
    const id = world.simulator.control.emit('payment_intent.succeeded', { id: 'pi_nobody', object: 'payment_intent' });
    await world.deliver();
    const state = async () =>
      (await world.db.dataSource.query(`SELECT state, attempts FROM inbox_event WHERE id = $1`, [id]))[0];
    expect(await state()).toEqual({ state: 'waiting', attempts: 1 });
    for (let tries = 2; tries <= 12; tries++) {
      world.clock.advance(3_600_000);
      await world.inbox.pass();
    }
    expect(await state()).toEqual({ state: 'ignored', attempts: 12 });
  });

  it('asks Stripe about the object, whatever the event says of it', async () => {
    const agent = await world.agent();
    const asked = await world.begin(agent, 20n * DOLLAR, 'pm_card_threeDSecure2Required');
    const { action } = await world.service.get(agent, asked);
    const id = action!.client_secret.split('_secret_')[0]!;
    const said = {
      id,
      object: 'payment_intent',
      status: 'succeeded',
      amount: 9_999_999,
      metadata: { top_up_id: asked },
    };
    world.simulator.control.emit('payment_intent.succeeded', said);
    world.simulator.control.emit('payment_intent.processing', said);
    await world.deliver();
    expect([(await world.service.get(agent, asked)).state, await world.available(agent)]).toEqual([
      'requires_action',
      0n,
    ]);
  });

  it('acts on every event about card money', () => {
    expect(Object.values(CARD_EVENTS).flat().sort()).toEqual([
      'charge.dispute.closed', 'charge.dispute.created', 'charge.dispute.funds_reinstated', 'charge.dispute.funds_withdrawn',
      'charge.dispute.updated', 'charge.failed', 'charge.refunded', 'charge.succeeded', 'charge.updated',
      'payment_intent.canceled', 'payment_intent.payment_failed', 'payment_intent.processing', 'payment_intent.requires_action',
      'payment_intent.succeeded', 'radar.early_fraud_warning.created', 'radar.early_fraud_warning.updated',
      'refund.created', 'refund.failed', 'refund.updated',
    ]); // prettier-ignore
  });

  it('keeps an event that fails, and acts on it later', async () => {
    const agent = await world.agent();
    const asked = await world.begin(agent, 20n * DOLLAR, 'pm_card_threeDSecure2Required');
    const { action } = await world.service.get(agent, asked);
    const intent = action!.client_secret.split('_secret_')[0]!;
    world.simulator.control.authenticate(intent, 'agrees');
    world.simulator.control.fail({ method: 'GET', path: '/v1/payment_intents/:id', how: '500', times: 20 });
    await world.deliver();
    expect((await world.service.get(agent, asked)).state).toBe('requires_action');
    world.simulator.control.clearFaults();
    world.clock.advance(3_600_000);
    await world.inbox.pass();
    expect((await world.service.get(agent, asked)).state).toBe('succeeded');
  });
});

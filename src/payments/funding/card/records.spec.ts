import { transferId } from '../../../ledger/index.js';
import { loadConfig } from '../../../platform/config/index.js';
import { sql } from '../../../platform/database/index.js';
import { single } from '../../linked.js';
import { ExtOpsRepository } from '../../stripe/ext-ops.repository.js';
import { InboxRepository } from '../../stripe/inbox.repository.js';
import { StripeRecords } from '../../stripe/stripe.records.js';
import { cardWorld, DOLLAR, type CardWorld } from './card.fixture.js';
import { TopUpExpiry } from './top-up.expiry.js';

const DAY_MS = 86_400_000;

describe('what is forgotten or given up by its age', () => {
  let world: CardWorld;
  let records: StripeRecords;
  let expiry: TopUpExpiry;
  /** An event about what Stripe does not have. */
  let nobody: string;
  beforeAll(async () => {
    world = await cardWorld();
    const { db, clock, topUps, payments, access } = world;
    const config = loadConfig({});
    records = new StripeRecords(db.unitOfWork, new InboxRepository(), new ExtOpsRepository(), clock, config);
    expiry = new TopUpExpiry(db.unitOfWork, topUps, payments, clock, access, config);
  });
  afterAll(() => world.end());

  const ids = async (table: 'inbox_event' | 'ext_op', state: string): Promise<string[]> =>
    (await world.run((tx) => sql<{ id: string }>(tx, `SELECT id FROM ${table} WHERE state = $1`, [state]))).map(({ id }) => id); // prettier-ignore
  /** Money goes into a bounty, say, and comes back from it. */
  const move = (agent: string, way: 'out' | 'back', amount: bigint): Promise<void> =>
    world.run(async (tx) => {
      const keys = [world.accounts.available(agent), world.accounts.payable('ctr_of_the_tests')];
      const [agents, others] = (await world.ledger.accounts(tx, keys)) as [bigint, bigint];
      const [debit, credit] = way === 'out' ? [agents, others] : [others, agents];
      await world.ledger.postOrThrow(tx, [
        { ...single(transferId(agent, way), debit, credit, amount), code: 'bounty_refund' },
      ]);
    });
  const intentOf = async (id: string) => (await world.run((tx) => world.topUps.get(tx, id)))!.payment_intent!;

  it('is no top-up that may still be approved, and every one that nobody approved in a day', async () => {
    const agent = await world.agent();
    const id = await world.begin(agent, 20n * DOLLAR, 'pm_card_threeDSecure2Required');
    world.clock.advance(DAY_MS - 1);
    expect(await expiry.pass()).toBe(0);
    world.clock.advance(2);
    expect(await expiry.pass()).toBe(1);
    const failure = { code: 'authentication_required', reason: 'canceled: abandoned' };
    expect(await world.service.get(agent, id)).toMatchObject({ state: 'failed', action: null, failure });
    const intent = await world.access.test.stripe.paymentIntents.retrieve(await intentOf(id));
    expect(intent).toMatchObject({ status: 'canceled', cancellation_reason: 'abandoned' });
    await world.deliver();
    expect(await expiry.pass()).toBe(0);
    expect([(await world.service.get(agent, id)).state, await world.available(agent)]).toEqual(['failed', 0n]);
  });

  it('is no top-up that was approved while nobody told us: its money is credited', async () => {
    const agent = await world.agent();
    const id = await world.begin(agent, 30n * DOLLAR, 'pm_card_threeDSecure2Required');
    world.simulator.control.authenticate(await intentOf(id), 'agrees');
    world.clock.advance(DAY_MS + 1);
    await expiry.pass();
    expect([(await world.service.get(agent, id)).state, await world.available(agent)]).toEqual([
      'succeeded',
      30n * DOLLAR,
    ]);
    await world.deliver();
    expect(await world.available(agent)).toBe(30n * DOLLAR);
  });

  it('is what a cancelling whose answer was lost has cancelled', async () => {
    const agent = await world.agent();
    const id = await world.begin(agent, 20n * DOLLAR, 'pm_card_threeDSecure2Required');
    world.clock.advance(DAY_MS + 1);
    world.simulator.control.fail({ method: 'POST', path: '/v1/payment_intents/:id/cancel', how: '500_after' });
    await expect(expiry.pass()).rejects.toMatchObject({ code: 'dependency_unavailable' });
    expect((await world.service.get(agent, id)).state).toBe('requires_action');
    await expiry.pass();
    expect((await world.service.get(agent, id)).state).toBe('failed');
  });

  it('are records that ended 90 days ago, and none that is younger, waits or is under way', async () => {
    await world.deliver();
    const [events, effects] = [await ids('inbox_event', 'done'), await ids('ext_op', 'done')];
    expect([events.length > 0, effects.length > 0]).toEqual([true, true]);
    world.clock.advance(86 * DAY_MS);
    expect(await records.forget()).toBe(0);
    nobody = world.simulator.control.emit('payment_intent.succeeded', { id: 'pi_nobody', object: 'payment_intent' });
    await world.deliver();
    const agent = await world.agent();
    const body = {
      amount: 20n * DOLLAR,
      payment_method: 'pm_card_visa',
      save_payment_method: false,
      off_session: false,
    };
    await world.service.create(world.command(agent, 'top-up'), agent, body);
    const [queued] = await ids('ext_op', 'queued');
    await world.run((tx) => sql(tx, `UPDATE inbox_event SET due_at = '2026-01-01' WHERE id = $1`, [nobody]));
    await world.run((tx) => sql(tx, `UPDATE ext_op SET due_at = '2026-01-01' WHERE id = $1`, [queued]));
    world.clock.advance(5 * DAY_MS);
    expect(await records.forget()).toBeGreaterThan(0);
    expect([await ids('inbox_event', 'done'), await ids('inbox_event', 'ignored'), await ids('ext_op', 'done')]).toEqual([[], [], []]); // prettier-ignore
    expect([await ids('inbox_event', 'waiting'), await ids('ext_op', 'queued')]).toEqual([[nobody], [queued]]);
  });

  it('change nothing when such an event is told once more: no credit, and no second refund after a warning', async () => {
    const agent = await world.agent();
    const id = await world.begin(agent, 40n * DOLLAR);
    const charge = (await world.run((tx) => world.topUps.get(tx, id)))!.charge!;
    await move(agent.id, 'out', 30n * DOLLAR);
    world.simulator.control.warnOfFraud(charge);
    const told = world.simulator.control.webhooks.waiting().map(({ event }) => event);
    await world.deliver();
    await world.ops.pass();
    await world.deliver();
    const refunds = async () => (await world.access.test.stripe.refunds.list({ charge })).data.length;
    expect([await refunds(), await world.available(agent)]).toEqual([1, 0n]);
    await move(agent.id, 'back', 30n * DOLLAR);
    world.clock.advance(91 * DAY_MS);
    while ((await records.forget()) > 0);
    for (const event of told) await world.post(event);
    await world.inbox.pass();
    await world.ops.pass();
    expect(await ids('inbox_event', 'waiting')).toEqual([nobody]);
    expect([await refunds(), await world.available(agent)]).toEqual([1, 30n * DOLLAR]);
  });
});

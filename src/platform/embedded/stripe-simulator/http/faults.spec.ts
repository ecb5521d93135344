import { randomUUID } from 'node:crypto';
import Stripe from 'stripe';
import { type Bench, clientOf, errorOf, openBench } from '../simulator.fixture.js';

describe('a fault', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.simulator.stop());

  const create = (idempotencyKey = randomUUID(), stripe = bench.stripe) =>
    stripe.customers.create({ name: 'A' }, { idempotencyKey });
  const customers = async () => (await bench.stripe.customers.list()).data.length;

  it.each([
    ['429', 'StripeRateLimitError', 429],
    ['409', 'StripeAPIError', 409],
    ['500', 'StripeAPIError', 500],
  ] as const)('%s has no effect and leaves the key free', async (how, type, statusCode) => {
    bench.simulator.control.fail({ method: 'POST', path: '/v1/customers', how });
    const key = randomUUID();
    expect(await errorOf(create(key))).toMatchObject({ type, statusCode });
    expect(await customers()).toBe(0);
    expect((await create(key)).name).toBe('A');
  });

  it('500_kept answers 500 to its key from then on, for a day', async () => {
    bench.simulator.control.fail({ path: '/v1/customers', how: '500_kept' });
    const key = randomUUID();
    await errorOf(create(key));
    const again = await errorOf(create(key));
    expect(again.statusCode).toBe(500);
    expect(again.headers?.['idempotent-replayed']).toBe('true');
    bench.clock.advance(24 * 3_600_000);
    expect((await create(key)).name).toBe('A');
  });

  it.each(['500_after', 'reset_after'] as const)('%s hides an effect that its key then tells', async (how) => {
    bench.simulator.control.fail({ path: '/v1/customers', how, times: 2 });
    const key = randomUUID();
    const error = await errorOf(create(key));
    expect(error.type).toBe(how === 'reset_after' ? 'StripeConnectionError' : 'StripeAPIError');
    bench.simulator.control.clearFaults();
    expect(await customers()).toBe(1);
    const told = await create(key);
    expect(told.lastResponse.headers['idempotent-replayed']).toBe('true');
    expect(await customers()).toBe(1);
  });

  it('reset_before has no effect; the SDK itself tries once more', async () => {
    bench.simulator.control.fail({ path: '/v1/customers', how: 'reset_before', times: 2 });
    expect((await errorOf(create())).type).toBe('StripeConnectionError');
    expect(await customers()).toBe(0);
    bench.simulator.control.fail({ path: '/v1/customers', how: 'reset_before' });
    expect((await create()).name).toBe('A');
  });

  it('timeout_after does its work and never answers', async () => {
    bench.simulator.control.fail({ method: 'POST', path: '/v1/customers', how: 'timeout_after' });
    // Longer than a busy machine may take to hear it: who hangs up before that leaves nothing done.
    const impatient = clientOf(bench.simulator, { timeout: 2_000 });
    const key = randomUUID();
    expect(await errorOf(create(key, impatient))).toBeInstanceOf(Stripe.errors.StripeConnectionError);
    expect((await create(key)).lastResponse.headers['idempotent-replayed']).toBe('true');
  });

  it('hold keeps a request waiting, and its key hears 409 meanwhile', async () => {
    bench.simulator.control.fail({ path: '/v1/customers', how: 'hold' });
    const key = randomUUID();
    const held = create(key);
    let second = await errorOfOrNull(create(key));
    while (second === null) second = await errorOfOrNull(create(key));
    expect(second).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' });
    bench.simulator.control.release();
    expect((await held).name).toBe('A');
    expect(await customers()).toBe(1);
  });

  it('strikes only the path it names, where :id stands for any one step', async () => {
    bench.simulator.control.fail({ method: 'GET', path: '/v1/customers/:id', how: '429' });
    const { id } = await create();
    expect((await errorOf(bench.stripe.customers.retrieve(id))).statusCode).toBe(429);
    expect((await bench.stripe.customers.retrieve(id)).id).toBe(id);
  });
});

async function errorOfOrNull(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => null,
    (error: unknown) => error,
  );
}

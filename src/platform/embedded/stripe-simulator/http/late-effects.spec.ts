import { randomUUID } from 'node:crypto';
import { type Bench, errorOf, openBench } from '../simulator.fixture.js';

describe('an effect that comes after its 500', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.simulator.stop());

  const create = (idempotencyKey: string) => bench.stripe.customers.create({ name: 'A' }, { idempotencyKey });
  const customers = async () => (await bench.stripe.customers.list()).data.map(({ id }) => id);

  it('holds its key until then, and then tells the truth under it', async () => {
    bench.simulator.control.fail({ path: '/v1/customers', how: '500', done_after_s: 30 });
    const key = randomUUID();
    expect(await errorOf(create(key))).toMatchObject({ statusCode: 500 });
    bench.clock.advance(29_000);
    expect(await customers()).toEqual([]);
    expect(await errorOf(create(key))).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' });
    bench.clock.advance(1_000);
    const [id, ...more] = await customers();
    expect([(await create(key)).id, more]).toEqual([id, []]);
  });

  it('comes once, although its key keeps the 500', async () => {
    bench.simulator.control.fail({ path: '/v1/customers', how: '500_kept', done_after_s: 30, times: 2 });
    const key = randomUUID();
    await errorOf(create(key));
    const again = await errorOf(create(key));
    expect([again.statusCode, again.headers?.['idempotent-replayed']]).toEqual([500, 'true']);
    bench.clock.advance(30_000);
    expect((await customers()).length).toBe(1);
    bench.clock.advance(300_000);
    expect((await errorOf(create(key))).statusCode).toBe(500);
    expect((await customers()).length).toBe(1);
  });
});

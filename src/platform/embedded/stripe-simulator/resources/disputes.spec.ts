import { type Bench, openBench } from '../simulator.fixture.js';

describe('a dispute of the simulator', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => {
    expect(bench.simulator.control.audit().faults).toEqual([]);
    return bench.simulator.stop();
  });

  const charge = async () => (await bench.pay(5_000)).id;
  const moves = async (id: string) =>
    (await bench.stripe.disputes.retrieve(id)).balance_transactions.map(({ amount }) => amount);

  it('is made of an inquiry, also of a closed one, about any sum', async () => {
    const { disputes } = bench.simulator.control;
    const { id } = disputes.open(await charge(), { reason: 'inquiry', amount: 3_000 });
    disputes.decide(id, 'won');
    expect(await moves(id)).toEqual([]);
    expect(disputes.escalate(id, 4_000)).toMatchObject({ status: 'needs_response', amount: 4_000 });
    expect(await moves(id)).toEqual([-4_000]);
    expect(() => disputes.escalate(id)).toThrow('is no inquiry');
  });

  it('may give back a part, take what it gave back once more, and give back what it kept', async () => {
    const { disputes } = bench.simulator.control;
    const { id } = disputes.open(await charge());
    expect(() => disputes.reverse(id)).toThrow('is needs_response');
    disputes.decide(id, 'won', 1_500);
    expect(disputes.reverse(id).status).toBe('lost');
    expect(disputes.reverse(id).status).toBe('won');
    expect(await moves(id)).toEqual([-5_000, 1_500, -1_500, 5_000]);
  });

  it('may take more than is left of a charge, and no more than was paid', async () => {
    const { disputes } = bench.simulator.control;
    const id = await charge();
    await bench.stripe.refunds.create({ charge: id, amount: 2_000 });
    expect(() => disputes.open(id, { amount: 5_001 })).toThrow('cannot be disputed');
    expect(disputes.open(id, { amount: 5_000 }).amount).toBe(5_000);
  });
});

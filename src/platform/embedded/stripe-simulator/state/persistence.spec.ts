import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bench, DAY_MS, openBench } from '../simulator.fixture.js';

describe('a simulator with a folder', () => {
  let dataDir: string;
  const open: Bench[] = [];
  const start = async (): Promise<Bench> => {
    const bench = await openBench({ dataDir });
    open.push(bench);
    return bench;
  };
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'stripe-simulator-'));
  });
  afterEach(async () => {
    for (const bench of open.splice(0)) await bench.simulator.stop();
    await rm(dataDir, { recursive: true });
  });

  it('goes on where it was killed: same keys, objects, answers and waiting events', async () => {
    const killed = await start(); // Not stopped before the next one starts, as after a kill.
    const payee = await killed.payee();
    await killed.pay(10_000);
    const order = { amount: 5_000, currency: 'usd', destination: payee } as const;
    const sent = await killed.stripe.transfers.create(order, { idempotencyKey: 'transfer-1' });
    const before = killed.simulator;
    const after = await start();
    expect(after.simulator.secretKey).toBe(before.secretKey);
    expect(after.simulator.webhookSecret).toBe(before.webhookSecret);
    const again = await after.stripe.transfers.create(order, { idempotencyKey: 'transfer-1' });
    expect(again.id).toBe(sent.id);
    expect(after.simulator.control.audit()).toEqual(before.control.audit());
    expect(after.simulator.control.webhooks.waiting()).toEqual(before.control.webhooks.waiting());
    after.pass(DAY_MS);
    expect((await after.stripe.payouts.list({}, { stripeAccount: payee })).data).toHaveLength(1);
    expect(after.simulator.control.audit().faults).toEqual([]);
  });

  it('drops a last line that was cut short, because it was never answered', async () => {
    const killed = await start();
    await killed.pay(10_000);
    await appendFile(join(dataDir, 'state.jsonl'), '[{"table":"charges","id":"ch_half"');
    const after = await start();
    expect((await after.stripe.charges.list()).data).toHaveLength(1);
    const third = await start();
    expect((await third.stripe.charges.list()).data).toHaveLength(1);
  });
});

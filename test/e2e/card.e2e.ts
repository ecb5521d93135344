import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newAgent, sheepTerms } from '../support/cast.js';
import { eventually } from '../support/eventually.js';
import { testMarket, type TestMarket } from '../support/market.js';

describe('card money', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'gt-card-'));
  let market: TestMarket;
  beforeAll(async () => {
    market = await testMarket({ DATA_DIR: dataDir, EMBEDDED_CHAIN: 'off', EMBEDDED_STRIPE: 'on', VERIFIERS: '0' });
  });
  afterAll(async () => {
    await market?.end();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const cardBalance = async (client: Awaited<ReturnType<typeof newAgent>>['client']) =>
    (await client.balance.get()).balances.find(({ fund }) => fund === 'card')?.available ?? null;

  it('is topped up, held by a bounty, returned by it and refunded to the card', async () => {
    const { client } = await newAgent(market.origin, 'card agent');
    const begun = await client.topUps.create({ amount: '20.000000', payment_method: 'pm_card_visa' });
    await client.topUps.waitFor(begun.id, { until: 'succeeded' });
    expect(await cardBalance(client)).toBe('20.000000');
    const bounty = await client.bounties.create(sheepTerms());
    expect(bounty.state).toBe('open');
    const left = 20_000_000n - BigInt(bounty.held!.replace('.', ''));
    expect((await cardBalance(client))!.replace('.', '')).toBe(String(left).padStart(7, '0'));
    await client.bounties.cancel(bounty.id);
    await client.bounties.waitFor(bounty.id, { until: 'closed' });
    const refund = await client.topUps.refund(begun.id);
    expect(refund.amount).toBe('20.000000');
    await client.topUps.waitFor(begun.id, { until: 'refunded' });
    expect(await cardBalance(client)).toBeNull();
    const reasons: string[] = [];
    for await (const transfer of client.transfers.list({ fund: 'card' })) reasons.push(transfer.reason);
    expect(reasons).toEqual(['card_refund', 'card_refund', 'bounty_refund', 'bounty_hold', 'top_up']);
    await eventually(async () => {
      const types: string[] = [];
      for await (const { type } of client.events.list()) types.push(type);
      return types.includes('top_up.succeeded');
    });
  });

  it('of a disputed payment is frozen until the bank has decided', async () => {
    const { client } = await newAgent(market.origin, 'disputed agent');
    const { id } = await client.topUps.create({ amount: '50.000000', payment_method: 'pm_card_createDisputeInquiry' });
    await client.topUps.waitFor(id, { until: 'succeeded' });
    const freezes = () => market.database.dataSource.query('SELECT FROM card_freeze WHERE lifted_at IS NULL');
    await eventually(async () => ((await freezes()) as unknown[]).length === 1);
    await expect(client.bounties.create(sheepTerms())).rejects.toMatchObject({ code: 'account_frozen', status: 409 });
    expect(await cardBalance(client)).toBe('50.000000');
  });

  it('comes by no webhook that is not Stripe’s', async () => {
    const body = JSON.stringify({
      id: 'evt_forged',
      object: 'event',
      type: 'payment_intent.succeeded',
      livemode: false,
    });
    const headers = { 'content-type': 'application/json', 'stripe-signature': 't=1,v1=00' };
    const reply = await fetch(`${market.origin}/v1/webhooks/stripe`, { method: 'POST', headers, body });
    expect([reply.status, ((await reply.json()) as { code: string }).code]).toEqual([400, 'webhook_signature_invalid']);
    const [{ n }] = await market.database.dataSource.query(
      `SELECT count(*) AS n FROM inbox_event WHERE id = 'evt_forged'`,
    );
    expect(n).toBe(0n);
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OperatorClient } from '@groundtruth/sdk/agent';
import { mintId } from '../../src/kernel/ids.js';
import { LedgerService, ledgerOf, transferId } from '../../src/ledger/index.js';
import { UnitOfWork } from '../../src/platform/database/index.js';
import { newAgent, newWorker, sheepTerms } from '../support/cast.js';
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
    const { id: agentId, client } = await newAgent(market.origin, 'disputed agent');
    const { id } = await client.topUps.create({ amount: '50.000000', payment_method: 'pm_card_createDisputeInquiry' });
    await client.topUps.waitFor(id, { until: 'succeeded' });
    const freezes = () => market.database.dataSource.query('SELECT FROM card_freeze WHERE lifted_at IS NULL');
    await eventually(async () => ((await freezes()) as unknown[]).length === 1);
    await expect(client.bounties.create(sheepTerms())).rejects.toMatchObject({ code: 'account_frozen', status: 409 });
    expect(await cardBalance(client)).toBe('50.000000');
    const frozen = [];
    for await (const agent of market.operator.freezes.list()) frozen.push(agent);
    expect(frozen).toEqual([
      { agent_id: agentId, since: frozen[0]!.reasons[0]!.created_at, reasons: [expect.objectContaining({ cause: 'dispute', top_up_id: id })] },
    ]); // prettier-ignore
    await expect(client.topUps.get(id)).resolves.toMatchObject({ state: 'succeeded' });
    await market.operator.freezes.lift(agentId);
    for await (const agent of market.operator.freezes.list()) throw new Error(`${agent.agent_id} is still frozen`);
  });

  it('in doubt takes no new work, and what was earned of it is decided by the operator alone', async () => {
    const { id: agent_id, client, api_key } = await newAgent(market.origin, 'in doubt');
    const { id } = await client.topUps.create({ amount: '100.000000', payment_method: 'pm_card_visa' });
    await client.topUps.waitFor(id, { until: 'succeeded' });
    const worker = await newWorker(market.origin, 'in doubt too');
    const ledger = market.http.app.get(LedgerService, { strict: false });
    await market.http.app.get(UnitOfWork, { strict: false }).run(async (tx) => {
      const fund = ledgerOf('test', 'card');
      const debit = await ledger.account(tx, { ledger: fund, code: 'agent_available', owner: agent_id });
      const credit = await ledger.account(tx, { ledger: fund, code: 'contributor_payable', owner: worker.id });
      const pay = { id: transferId(agent_id, 'pay'), kind: 'single' as const, debit, credit, amount: 30_000_000n };
      await ledger.postOrThrow(tx, [{ ...pay, code: 'capture_pay' }]);
    });
    const bounty = await client.bounties.create(sheepTerms());
    const [{ charge }] = await market.database.dataSource.query('SELECT charge FROM top_up WHERE id = $1', [id]);
    market.stripe!.control.warnOfFraud(charge);
    await eventually(async () => {
      for await (const frozen of market.operator.freezes.list()) if (frozen.agent_id === agent_id) return true;
      return false;
    });
    const reserving = worker.client.reservations.create(bounty.id);
    await expect(reserving).rejects.toMatchObject({ code: 'bounty_not_open', facts: { state: 'open' } });
    await market.operator.freezes.lift(agent_id);
    await expect(worker.client.reservations.create(bounty.id)).resolves.toMatchObject({ state: 'active' });

    const { earningsHolds } = market.operator;
    const about = { agent_id, contributor_id: worker.id, reason: 'the same photos' };
    expect(await earningsHolds.decide({ ...about, decision: 'hold' })).toMatchObject({
      state: 'held',
      cause: 'operator',
    });
    expect(await earningsHolds.list('held')).toMatchObject([{ not_left: '30.000000', taken: '0.000000' }]);
    const decided = await earningsHolds.decide({ ...about, decision: 'collusion' });
    expect(decided).toMatchObject({ state: 'colluding', not_left: '0.000000', taken: '30.000000' });
    expect(await earningsHolds.decide({ ...about, decision: 'release' })).toMatchObject({ state: 'released' });
    expect(await earningsHolds.list('held')).toEqual([]);
    const nobody = { ...about, agent_id: mintId('agent'), decision: 'hold' as const };
    await expect(earningsHolds.decide(nobody)).rejects.toMatchObject({ code: 'not_found' });
    const own = new OperatorClient({ baseUrl: market.origin, apiKey: api_key });
    await expect(own.earningsHolds.list()).rejects.toMatchObject({ code: 'forbidden' });
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

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT, runCommand } from '@groundtruth/sdk/cli';
import { watchedTerminal } from '../../sdk/src/cli/terminal.fixture.js';
import { SERVER_COMMANDS } from '../../src/cli/server-commands.js';
import { LedgerService, ledgerOf, transferId } from '../../src/ledger/index.js';
import { Reconciliations } from '../../src/payments/index.js';
import { UnitOfWork } from '../../src/platform/database/index.js';
import { newAgent, newWorker } from '../support/cast.js';
import { eventually } from '../support/eventually.js';
import { testMarket, type TestMarket } from '../support/market.js';

describe('card money on its way to a bank', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'gt-payouts-'));
  let market: TestMarket;
  beforeAll(async () => {
    market = await testMarket({
      DATA_DIR: dataDir,
      EMBEDDED_STRIPE: 'on',
      EMBEDDED_CHAIN: 'off',
      VERIFIERS: '0',
      CARD_MATURITY_S: '0',
      CARD_MATURITY_NEW_S: '0',
    });
  });
  afterAll(async () => {
    await market?.end();
    rmSync(dataDir, { recursive: true, force: true });
  });

  /** What fulfilment does when a capture is accepted. */
  async function settle(agentId: string, contributorId: string, amount: bigint): Promise<void> {
    const ledger = market.http.app.get(LedgerService, { strict: false });
    const number = ledgerOf('test', 'card');
    await market.http.app.get(UnitOfWork, { strict: false }).run(async (tx) => {
      const from = await ledger.account(tx, { ledger: number, code: 'agent_available', owner: agentId });
      const to = await ledger.account(tx, { ledger: number, code: 'contributor_payable', owner: contributorId });
      const move = { id: transferId(contributorId, 'pay'), kind: 'single' as const, debit: from, credit: to, amount };
      await ledger.postOrThrow(tx, [{ ...move, code: 'capture_pay' }]);
    });
  }

  it('goes to an account that its contributor finished at Stripe, once a day, unless the operator holds it', async () => {
    const agent = await newAgent(market.origin, 'card agent');
    const topUp = await agent.client.topUps.create({ amount: '100.000000', payment_method: 'pm_card_bypassPending' });
    await agent.client.topUps.waitFor(topUp.id, { until: 'succeeded' });
    const worker = await newWorker(market.origin, 'paid by bank');
    const { payouts } = worker.client;
    const { id } = worker;
    await settle(agent.id, id, 60_000_000n);
    const opened = await payouts.openCard({ country: 'US', return_url: 'https://example.org/done' });
    expect(opened).toMatchObject({ state: 'onboarding', mature: '60.000000', waits_for: ['account'] });
    const stop = await market.operator.payoutStops.create('the bank is being changed');
    expect((await fetch(opened.link!.url)).status).toBe(200);
    const [{ account }] = await market.database.dataSource.query('SELECT account FROM card_recipient');
    market.stripe!.control.accounts.onboard(account);
    await eventually(async () =>
      (await payouts.accounts()).some((one) => one.rail === 'card' && one.state === 'enabled'),
    );
    expect(await payouts.accounts()).toMatchObject([
      { rail: 'card', link: null, waits_for: ['operator'], requirements: [] },
    ]);
    await market.database.dataSource.query('DELETE FROM payout_run'); // The batch of today had nobody to pay.
    const listed = async () => {
      const rows = [];
      for await (const payout of payouts.list()) rows.push(payout);
      return rows;
    };
    expect(await listed()).toEqual([]);
    expect(await market.operator.payoutStops.lift(stop.id)).toMatchObject({ id: stop.id, cause: 'operator' });
    await market.database.dataSource.query('DELETE FROM payout_run');
    await eventually(async () => (await listed())[0]?.state === 'sent');
    const [payout] = await listed();
    expect(payout).toMatchObject({
      amount: '60.000000',
      returned: '0.000000',
      tax: { gross: '60.000000', withheld: '0.000000' },
    });
    expect(await payouts.get(payout!.id)).toEqual(payout);
    const other = await newWorker(market.origin, 'somebody else');
    await expect(other.client.payouts.get(payout!.id)).rejects.toMatchObject({ code: 'not_found' });
    expect(await payouts.accounts()).toMatchObject([
      { in_transit: '60.000000', mature: '0.000000', waits_for: ['minimum'] },
    ]);
    expect((await market.operator.payoutStops.list())[0]!.lifted_at).not.toBeNull();
  });

  it('is the same at Stripe and in the books', async () => {
    const reconciliations = market.http.app.get(Reconciliations, { strict: false });
    const { findings } = await eventually(async () => {
      const found = await reconciliations.run('test', '2026-01-01');
      return found?.in_flight === 0 ? found : null;
    }, 'nothing on its way');
    expect(findings).toEqual([]);
  });

  it('is compared by a command that changes nothing, and tells by its status', async () => {
    const env = { DATA_DIR: dataDir, DATABASE_URL: market.database.url };
    const reconcile = SERVER_COMMANDS.find(({ name }) => name === 'reconcile')!;
    let said = '';
    const run = (...args: string[]) => {
      said = '';
      const write = (text: string): void => void (said += text);
      return runCommand(reconcile, args, { ...watchedTerminal(env), write, writeError: write });
    };
    expect([await run(), said]).toEqual([0, expect.stringContaining(' 0 do not match')]);
    const ledger = market.http.app.get(LedgerService, { strict: false });
    await market.http.app.get(UnitOfWork, { strict: false }).run(async (tx) => {
      const key = { ledger: ledgerOf('test', 'card'), owner: '' };
      const debit = await ledger.account(tx, { ...key, code: 'rail_costs' });
      const credit = await ledger.account(tx, { ...key, code: 'card_balance' });
      const cent = { id: transferId('invented', 'cost'), kind: 'single' as const, debit, credit, amount: 10_000n };
      await ledger.postOrThrow(tx, [{ ...cent, code: 'rail_cost', reference: 'txn_invented' }]);
    });
    expect([await run(), said]).toEqual([
      EXIT.invalid,
      expect.stringMatching(/DIFFERS +not_at_stripe +txn_invented +0\.010000/),
    ]);
    const explain = (...args: string[]) => run('explain', ...args);
    await expect(explain('txn_invented', '--as', 'owner')).rejects.toThrow('--because');
    await expect(explain('txn_invented', '--as', 'gift', '--because', 'so')).rejects.toThrow('--as');
    await expect(explain('--as', 'owner', '--because', 'so')).rejects.toThrow();
    const words = ['--as', 'cost', '--because', 'invented by a test'];
    expect([await explain('txn_nowhere', ...words), said]).toEqual([1, expect.stringContaining('no row that waits')]);
    for (let time = 0; time < 2; time++)
      expect([await explain('txn_invented', ...words), said]).toEqual([0, expect.stringMatching(/0\.010000, trf_.*: invented by a test/)]); // prettier-ignore
    expect(await run()).toBe(0);
    await expect(run('--nonsense')).rejects.toThrow('nonsense');
    expect(await market.operator.payoutStops.list()).toHaveLength(1);
  });

  it('says when an account is closed for good', async () => {
    const worker = await newWorker(market.origin, 'gone');
    const account = { country: 'US', return_url: 'https://example.org/done' };
    await expect(worker.client.payouts.openCard({ ...account, country: 'FR' })).rejects.toMatchObject({ status: 422, code: 'payout_country_unsupported', param: 'country' }); // prettier-ignore
    const opened = await worker.client.payouts.openCard(account);
    const [row] = await market.database.dataSource.query('SELECT account FROM card_recipient WHERE id = $1', [
      opened.id,
    ]);
    market.stripe!.control.accounts.close(row.account);
    await eventually(async () =>
      (await worker.client.payouts.accounts()).some((one) => one.rail === 'card' && one.state === 'closed'),
    );
    await expect(worker.client.payouts.openCard(account)).rejects.toMatchObject({ code: 'payout_account_closed' });
  });
});

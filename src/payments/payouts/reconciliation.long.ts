import { sql } from '../../platform/database/index.js';
import { reconcile } from './reconcile.rules.js';
import { DAY_MS, HOUR_MS, openWorld, type Contributor, type World } from './payouts.fixture.js';

const FIFTY = 50_000_000n;
const A_DAY = '2026-01-01';
let world: World;
beforeEach(async () => (world = await openWorld()));
afterEach(() => world.close());

/** A contributor who was sent fifty dollars. */
async function sent(): Promise<Contributor> {
  const who = await world.contributor();
  const agent = world.agent();
  await world.topUp(agent, 100_000);
  await world.earn(agent, who.id, FIFTY);
  world.pass(14 * DAY_MS);
  await world.batch.pass();
  await world.settleDown();
  return who;
}
const findings = async () => {
  const result = await world.reconciliations.run('test', A_DAY);
  return result!.findings.map(({ rule, row }) => `${rule} ${row}`);
};
const charges = async () => (await world.stripe.charges.list()).data.map(({ id }) => id);
const standing = () => world.run((tx) => world.stops.standing(tx, 'test'));

describe('the nightly comparison', () => {
  it('goes past an account that was closed, which Stripe lets nobody act for, and is done with it', async () => {
    const gone = await world.contributor();
    const who = await sent();
    world.simulator.control.accounts.close(gone.account);
    const list = world.stripe.payouts.list({}, { stripeAccount: gone.account });
    await expect(list).rejects.toMatchObject({ statusCode: 403, code: 'account_invalid' });
    expect(await findings()).toEqual([]);
    expect([(await world.recipient(gone.id)).state, (await world.recipient(who.id)).state]).toEqual(['closed', 'enabled']); // prettier-ignore
    expect(await findings()).toEqual([]);
  });

  it('takes the event of a closed account, and an account closed while it is read', async () => {
    const [first, second] = [await world.contributor(), await world.contributor()];
    world.simulator.control.accounts.close(first.account);
    await world.webhooks();
    await world.settleDown();
    world.simulator.control.after({ path: `/v2/core/accounts/${second.account}` }, () =>
      world.simulator.control.accounts.close(second.account),
    );
    await world.reader.look('test', second.account);
    expect([(await world.recipient(first.id)).state, (await world.recipient(second.id)).state]).toEqual(['closed', 'closed']); // prettier-ignore
  });

  it('names an account that cannot be read, and compares the others', async () => {
    await sent();
    const lost = await world.contributor();
    await world.run((tx) => sql(tx, "UPDATE card_recipient SET account = 'acct_nobody' WHERE account = $1", [lost.account])); // prettier-ignore
    expect(await findings()).toEqual(['unread acct_nobody']);
    expect(await standing()).toMatchObject([{ cause: 'reconciliation', detail: expect.stringContaining('acct_nobody') }]); // prettier-ignore
  });

  it('is put off while Stripe does not answer for an account, and looks at the others', async () => {
    const [quiet, other] = [await world.contributor(), await world.contributor()];
    world.simulator.control.accounts.require(other.account, 'identity.individual.document', 'past_due');
    world.simulator.control.fail({ method: 'GET', path: `/v2/core/accounts/${quiet.account}`, how: '500', times: 50 });
    await expect(world.reconciliations.run('test', A_DAY)).rejects.toMatchObject({ code: 'dependency_unavailable' });
    expect((await world.recipient(other.id)).state).toBe('restricted');
    expect([await standing(), await world.run((tx) => sql(tx, 'SELECT * FROM reconciliation'))]).toEqual([[], []]);
  });

  it('holds new payouts when it has not come about for more than a day', async () => {
    const who = await world.contributor();
    const agent = world.agent();
    await world.topUp(agent, 100_000);
    await world.earn(agent, who.id, FIFTY);
    world.pass(14 * DAY_MS);
    await world.batch.pass(false);
    const view = () => world.run((tx) => world.service.of(tx, 'test', who.id));
    expect([await world.payoutsOf(who.id), (await view())!.waits_for]).toEqual([[], ['reconciliation']]);
    expect(await findings()).toEqual([]);
    expect((await view())!.waits_for).toEqual([]);
    world.pass(27 * HOUR_MS);
    await world.batch.pass(false);
    expect([await world.payoutsOf(who.id), (await view())!.waits_for]).toEqual([[], ['reconciliation']]);
    expect(await findings()).toEqual([]);
    world.pass(2 * HOUR_MS);
    await world.batch.pass(false);
    expect(await world.payoutsOf(who.id)).toHaveLength(1);
  });

  it('does not count another currency as dollars, and says whose it is', async () => {
    const abroad = await world.contributor();
    world.simulator.control.accounts.convert(abroad.account, 'eur');
    const agent = world.agent();
    await world.topUp(agent, 100_000);
    await world.earn(agent, abroad.id, FIFTY);
    world.pass(14 * DAY_MS);
    await world.batch.pass();
    await world.settleDown();
    expect(await findings()).toEqual([`currency ${abroad.account}`]);
    world.pass(DAY_MS);
    world.pass(2 * DAY_MS);
    await world.webhooks();
    await world.settleDown();
    expect(await world.payoutsOf(abroad.id)).toMatchObject([{ state: 'sent' }]); // Nobody knows how many dollars the bank got.
    expect(await world.posted('inTransit', abroad.id)).toBe(FIFTY);
    expect(await findings()).toEqual([`balance ${abroad.account}`]);
  });

  it('sees an account that owes, and the payout that takes it from its bank', async () => {
    const who = await sent();
    world.simulator.control.accounts.debit(who.account, 7_000);
    expect(await findings()).toEqual([`balance ${who.account}`]);
    world.pass(DAY_MS);
    const { data } = await world.stripe.payouts.list({}, { stripeAccount: who.account });
    expect(data.map(({ amount }) => amount)).toEqual([-7_000, 5_000]);
    await world.webhooks();
    await world.settleDown();
    expect((await world.recipient(who.id)).state).toBe('enabled');
    expect(await world.posted('inTransit', who.id)).toBe(FIFTY);
    expect(world.simulator.control.audit().faults).toEqual([]);
    world.pass(3 * DAY_MS);
    await world.webhooks();
    await world.settleDown();
    expect([await findings(), await world.posted('inTransit', who.id)]).toEqual([[], 0n]);
  });

  it('is not misled by money that moves while it reads', async () => {
    await sent();
    for (let more = 0; more < 6; more++) await world.topUp(world.agent(), 2_000);
    for (const charge of await charges())
      world.simulator.control.after({ path: '/v1/balance_transactions' }, () => void world.simulator.control.disputes.open(charge)); // prettier-ignore
    const result = await world.reconciliations.run('test', A_DAY);
    expect([result!.findings, result!.in_flight > 0]).toEqual([[], true]);
  });

  it('lets a payout that arrived a moment ago be on its way into the books, and one that came back be looked at again', async () => {
    const who = await sent();
    world.pass(DAY_MS);
    await world.reader.look('test', who.account);
    const [payout] = (await world.stripe.payouts.list({}, { stripeAccount: who.account })).data;
    world.simulator.control.payouts.arrive(payout!.id);
    const seen = async () => reconcile((await world.statements.read('test'))!).findings.map(({ rule, row }) => `${rule} ${row}`); // prettier-ignore
    const fees = (all: string[]) => all.filter((one) => !one.includes('txn_') && one !== 'balance platform');
    expect(fees(await seen())).toEqual([]);
    await world.reader.look('test', who.account);
    world.simulator.control.after({ path: '/v1/balance' }, () => void world.simulator.control.payouts.fail(payout!.id));
    expect(await findings()).toEqual([]);
  });

  it('names a payout that was set aside hours ago and never sent', async () => {
    const who = await world.contributor();
    const agent = world.agent();
    await world.topUp(agent, 100_000);
    await world.earn(agent, who.id, FIFTY);
    world.pass(14 * DAY_MS);
    await world.batch.pass();
    expect(await findings()).toEqual([]);
    world.pass(3 * HOUR_MS);
    const [payout] = await world.payoutsOf(who.id);
    expect(await findings()).toEqual([`planned ${payout!.id}`]);
  });
});

describe('a row that nobody could explain', () => {
  const explain = (reference: string, words = 'to the bank of the platform') =>
    world.explanations.explain({ mode: 'test', reference, kind: 'owner', words });

  it('is booked once by an operator’s words, and stops no more payouts', async () => {
    await sent();
    const { id, balance_transaction } = await world.stripe.payouts.create({ amount: 1_234, currency: 'usd' });
    const row = balance_transaction as string;
    expect(await explain(row)).toBeNull(); // Too young to be missed.
    world.pass(3 * HOUR_MS);
    expect(await findings()).toEqual([`not_in_ledger ${id}`, 'balance platform']);
    const said = await explain(row);
    expect(said).toMatchObject({ change: -12_340_000n, kind: 'owner', words: 'to the bank of the platform' });
    expect(await explain(row, 'something else')).toEqual(said);
    expect(await findings()).toEqual([]);
    const [stop] = await standing();
    await world.run((tx) => world.stops.lift(tx, 'test', stop!.id, 'opr_1'));
    expect([await findings(), await standing()]).toEqual([[], []]);
    expect(await world.run((tx) => world.ledger.booksBalance(tx))).toMatchObject({ balanced: true, faults: [] });
  });

  it('is told anew when it comes back, by the row that says so', async () => {
    await sent();
    const payout = await world.stripe.payouts.create({ amount: 1_234, currency: 'usd' });
    world.pass(3 * HOUR_MS);
    await explain(payout.balance_transaction as string);
    const back = world.simulator.control.payouts.fail(payout.id);
    world.pass(3 * HOUR_MS);
    expect(await findings()).toEqual([`amount ${payout.id}`, 'balance platform']);
    expect(await explain(back.failure_balance_transaction as string)).toMatchObject({ change: 12_340_000n });
    expect(await findings()).toEqual([]);
  });

  it('may be one that the ledger invented; what matches, or nobody knows, is not explained', async () => {
    await sent();
    await findings(); // Books the fees.
    const accounts = world.cardAccounts;
    await world.move('stolen', accounts.costs(), accounts.platform(), 10_000n, 'rail_cost', 'txn_invented');
    expect(await explain('txn_invented')).toMatchObject({ change: 10_000n });
    expect(await findings()).toEqual([]);
    const [charge] = (await world.stripe.balanceTransactions.list({ type: 'charge' })).data;
    expect([await explain(charge!.id), await explain('txn_unheard_of'), await explain('platform')]).toEqual([null, null, null]); // prettier-ignore
  });
});

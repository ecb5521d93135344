import type { Id } from '@groundtruth/sdk/protocol';
import { mintId } from '../../kernel/ids.js';
import { IdentityRepository, type Principal } from '../../identity/index.js';
import { transferId } from '../../ledger/index.js';
import { loadConfig } from '../../platform/config/index.js';
import { sql } from '../../platform/database/index.js';
import type { PolicyGate } from '../../policy/index.js';
import { BountyAccount } from '../bounty.account.js';
import { cardWorld, type CardWorld } from '../funding/card/card.fixture.js';
import { single } from '../linked.js';
import { BalanceRail } from '../rails/balance.rail.js';
import type { HeldBounty } from '../rail.js';
import { AccountReader } from './account.reader.js';
import { AccountSync } from './account.sync.js';
import { cardAccountsOf } from './card.accounts.js';
import { EarningsHolds } from './earnings-holds.repository.js';
import { EarningsHoldsService } from './earnings-holds.service.js';
import { EarningsRepository } from './earnings.repository.js';
import { PayoutBatch } from './payout.batch.js';
import { PayoutBooks } from './payout.books.js';
import type { PayoutRow } from './payout.entity.js';
import { PayoutEvents } from './payout.events.js';
import { PayoutRuns } from './payout-runs.js';
import { PayoutStops } from './payout-stops.js';
import { PayoutTransfers } from './payout.transfers.js';
import { PayoutsRepository } from './payouts.repository.js';
import { RecipientsRepository } from './recipients.repository.js';
import { Reconciliations } from './reconciliation.service.js';
import { ReconciliationStatement } from './reconciliation.statement.js';
import { Reversals } from './reversals.js';

export type BankWorld = Awaited<ReturnType<typeof bankWorld>>;
export type Person = { readonly id: Id<'contributor'>; readonly account: string };

/** Card money from its card to a bank: cards, bounties and payouts of one database against one simulator, on one clock. */
export async function bankWorld(settings: Record<string, string> = {}) {
  const card: CardWorld = await cardWorld(settings);
  const { db, run, clock, ledger, access, ops, inbox, simulator, risk } = card;
  const { unitOfWork } = db;
  const config = loadConfig(settings);
  const { stripe } = access.test;
  const [recipients, payouts, books, holds] = [new RecipientsRepository(), new PayoutsRepository(), new PayoutBooks(ledger), new EarningsHolds()]; // prettier-ignore
  const earnings = new EarningsRepository(ledger, holds, config);
  const reversals = new Reversals(payouts, books, ops, clock);
  const sync = new AccountSync(recipients, payouts, books, reversals, clock);
  const reader = new AccountReader(unitOfWork, recipients, payouts, sync, clock, access);
  const transfers = new PayoutTransfers(payouts, recipients, books, sync, ops, clock);
  new PayoutEvents(inbox, ops, reader, sync, transfers, reversals);
  const policy = { look: () => Promise.resolve({ outcome: 'allow' }) } as unknown as PolicyGate;
  const [stops, runs] = [new PayoutStops(clock), new PayoutRuns(clock)];
  const batch = new PayoutBatch(unitOfWork, recipients, earnings, transfers, policy, stops, risk, runs, clock, access, config); // prettier-ignore
  const statements = new ReconciliationStatement(unitOfWork, ledger, payouts, recipients, clock, access);
  const reconciliations = new Reconciliations(unitOfWork, statements, reader, recipients, books, stops, runs, clock, access, config); // prettier-ignore
  const operator = new EarningsHoldsService(unitOfWork, holds, earnings, recipients, new IdentityRepository(), books, clock); // prettier-ignore
  const rail = new BalanceRail(ledger, new BountyAccount(ledger, config), card.funds);
  const caller = { id: mintId('operator'), role: 'operator', mode: 'test' } as unknown as Principal;

  return {
    ...card, stripe, rail, reader, stops, holds, earnings, payouts, reconciliations,

    /** A contributor whom Stripe knows and pays. */
    async person(): Promise<Person> {
      const id = mintId('contributor');
      const requested = { stripe_balance: { stripe_transfers: { requested: true } } };
      const { id: account } = await stripe.v2.core.accounts.create({ configuration: { recipient: { capabilities: requested } } });
      await run(async (tx) => {
        await sql(tx, `INSERT INTO contributor (id, mode, name, created_at) VALUES ($1, 'test', 'Aiko', $2)`, [id, new Date(clock.now())]);
        await recipients.insert(tx, { id: mintId('payout_account'), mode: 'test', contributor_id: id, country: 'US' }, clock.now());
        await recipients.setAccount(tx, (await recipients.of(tx, 'test', id))!.id, account);
      });
      simulator.control.accounts.onboard(account);
      await reader.look('test', account);
      return { id, account };
    },

    /** Holds so much of an agent's card money for a bounty of its own. */
    async bounty(agent: Principal, amount: bigint): Promise<HeldBounty> {
      const bounty: HeldBounty = { mode: 'test', bounty_id: mintId('bounty'), agent_id: agent.id as Id<'agent'>, rail: 'balance', fund: 'card' };
      await run((tx) => rail.hold(tx, bounty, amount));
      return bounty;
    },

    /** One accepted capture. */
    async settle(bounty: HeldBounty, { id: contributor_id }: Person, pay: bigint, fee = 0n): Promise<void> {
      const settlement = { ...bounty, capture_id: mintId('capture'), contributor_id, pay, fee, payout: null };
      await run((tx) => rail.settle(tx, settlement));
    },

    /** What an operator decides about somebody's earnings from an agent. */
    decide: (agent: Principal, { id }: Person, decision: 'hold' | 'release' | 'collusion') =>
      operator.decide(card.command(caller, 'decide'), caller, { agent_id: agent.id as Id<'agent'>, contributor_id: id, decision, reason: 'of the tests' }),
    listHolds: () => operator.list(caller, {}),

    pass(ms: number): void {
      clock.advance(ms);
      simulator.control.tick();
    },

    /** The batch of a day, as if everything had been compared in the night before it. */
    async plan(): Promise<void> {
      await run((tx) => sql(tx, COMPARED, [new Date(clock.now())]));
      await batch.pass();
    },

    /** Everything there is to do, until nothing more happens. */
    async settleDown(): Promise<void> {
      for (let round = 0, busy = true; busy && round < 20; round++) {
        const sent = await ops.pass();
        await card.deliver();
        busy = sent > 0 || simulator.control.webhooks.waiting().length > 0;
        clock.advance(70_000);
        simulator.control.tick();
      }
    },

    earned: ({ id }: Person) => run((tx) => earnings.of(tx, 'test', id, clock.now())),
    payoutsOf: ({ id }: Person): Promise<PayoutRow[]> => run((tx) => payouts.list(tx, 'test', id, null, 100)),
    owed: async ({ id }: Person, code: 'payable' | 'inTransit' = 'payable'): Promise<bigint> =>
      (await run((tx) => ledger.balance(tx, cardAccountsOf('test')[code](id)))).posted,

    /** What the loss reserve of card money begins with. */
    async fillReserve(amount: bigint): Promise<void> {
      await run(async (tx) => {
        const [from, to] = await ledger.accounts(tx, [card.accounts.fees(), card.accounts.lossReserve()]);
        const transfer = single(transferId('the beginning', 'reserve'), from!, to!, amount);
        await ledger.postOrThrow(tx, [{ ...transfer, code: 'reserve_fill' }]);
      });
    },
  };
} // prettier-ignore

const COMPARED = `INSERT INTO reconciliation (mode, day, at, matched, in_flight, findings) VALUES ('test', 'compared', $1, 0, 0, '[]')
  ON CONFLICT (mode, day) DO UPDATE SET at = EXCLUDED.at`;

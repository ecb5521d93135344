import { sqlOne } from '../../../src/platform/database/index.js';
import { microsOf } from '../../../src/payments/stripe/cents.js';
import type { StoryPlan } from './plan.js';
import type { Stage } from './stage.js';

/** What is wrong after a story has come to rest, in words: by itself, without a look at the undisturbed one. Empty: nothing is. */
export async function checkStage(stage: Stage, plan: StoryPlan): Promise<string[]> {
  return [
    ...(await booksFaults(stage)),
    ...(await inboxFaults(stage)),
    ...(await onceFaults(stage)),
    ...(await outcomeFaults(stage, plan)),
  ];
}

/** Ledger, simulator and reconciliation are of one mind, and nothing is under way. */
async function booksFaults(stage: Stage): Promise<string[]> {
  const { simulator, ledger } = stage;
  const { faults, platform, connected } = simulator.control.audit();
  const found = faults.map((fault) => `the simulator: ${fault}`);
  const report = await stage.run((tx) => ledger.booksBalance(tx));
  if (!report.balanced) found.push(`the books do not balance: ${JSON.stringify(report.faults).slice(0, 500)}`);
  const row = (await stage.run((tx) => sqlOne<Record<string, bigint>>(tx, COUNTS)))!;
  if (row['platform'] !== microsOf(platform)) found.push(`Stripe holds ${microsOf(platform)}, the books say ${row['platform']}`); // prettier-ignore
  if (row['connected'] !== microsOf(connected)) found.push(`accounts hold ${microsOf(connected)}, the books say ${row['connected']}`); // prettier-ignore
  for (const name of ['effects', 'events', 'runs', 'stops', 'findings', 'clearing', 'pending'] as const)
    if (row[name] !== 0n) found.push(`${row[name]} ${name} are left`);
  return found;
}

const COUNTS = `SELECT
  (SELECT count(*) FROM ext_op WHERE state NOT IN ('done', 'refused')) AS effects,
  (SELECT count(*) FROM inbox_event WHERE state = 'waiting') AS events,
  (SELECT count(*) FROM payout_run WHERE finished_at IS NULL) AS runs,
  (SELECT count(*) FROM payout_stop) AS stops,
  (SELECT count(*) FROM reconciliation WHERE findings <> '[]') AS findings,
  (SELECT coalesce(sum(debits_posted - credits_posted), 0)::bigint FROM ledger_account WHERE ledger = 2 AND code = 2 AND owner = '') AS platform,
  (SELECT coalesce(sum(debits_posted - credits_posted), 0)::bigint FROM ledger_account WHERE ledger = 2 AND code = 2 AND owner = 'connected') AS connected,
  (SELECT coalesce(sum(debits_pending + credits_pending), 0)::bigint FROM ledger_account) AS pending,
  (SELECT count(*) FROM ledger_account WHERE code = 13 AND debits_posted <> credits_posted) AS clearing`;

/** Every event that Stripe lists has come in. */
async function inboxFaults(stage: Stage): Promise<string[]> {
  const kept = new Set((await stage.rows<{ id: string }>('SELECT id FROM inbox_event')).map(({ id }) => id));
  const missed: string[] = [];
  for await (const { id, type } of stage.stripe.events.list({ limit: 100 }))
    if (!kept.has(id)) missed.push(`the event ${id} (${type}) never came in`);
  return missed.slice(0, 5);
}

/** One credit a charge that was paid, one Transfer a payout, one refund at Stripe for each of ours, one charge a top-up. */
async function onceFaults({ stripe }: Stage): Promise<string[]> {
  const found: string[] = [];
  const seen = new Set<string>();
  const once = (what: string, cause: string | undefined): void => {
    if (cause === undefined) found.push(`${what} has no cause of ours`);
    else if (seen.has(cause)) found.push(`${what} is a second one of ${cause}`);
    else seen.add(cause);
  };
  for await (const { id, metadata, status } of stripe.paymentIntents.list({ limit: 100 }))
    if (status !== 'canceled') once(id, metadata['ext_op_id']);
  for await (const { id, metadata } of stripe.refunds.list({ limit: 100 })) once(id, metadata?.['ext_op_id']);
  for await (const { id, metadata } of stripe.transfers.list({ limit: 100 })) {
    once(id, metadata['ext_op_id']);
    for await (const reversal of stripe.transfers.listReversals(id))
      once(reversal.id, reversal.metadata?.['ext_op_id']);
  }
  const customers = await stripe.customers.list({ limit: 100 });
  for (const { id, metadata } of customers.data) once(id, metadata['agent_id']);
  return found;
}

/** What the story was to come to for everybody in it. */
async function outcomeFaults(stage: Stage, plan: StoryPlan): Promise<string[]> {
  const topUps = await stage.rows<{ agent_id: string; state: string; refunded: bigint; amount: bigint }>(
    'SELECT agent_id, state, refunded, amount FROM top_up ORDER BY is_automatic',
  );
  const payouts = await stage.rows<{ contributor_id: string; state: string; amount: bigint }>(
    'SELECT contributor_id, state, amount FROM payout ORDER BY day',
  );
  const { amount } = plan.auto;
  const is = {
    saver: statesOf(topUps, plan.agentId('saver')),
    refunded: statesOf(topUps, plan.agentId('refunded')),
    winner: statesOf(topUps, plan.agentId('winner')),
    loser: statesOf(topUps, plan.agentId('loser')),
    warned: statesOf(topUps, plan.agentId('warned')),
    declined: statesOf(topUps, plan.agentId('declined')),
    unproven: statesOf(topUps, plan.agentId('unproven')),
    automatic: topUps.filter((row) => row.amount === amount && row.agent_id === plan.agentId('saver')).length,
    given_back: topUps.find(({ agent_id }) => agent_id === plan.agentId('refunded'))?.refunded,
    paid: statesOf(payouts.map(of), plan.contributorId('paid')),
    bounced: statesOf(payouts.map(of), plan.contributorId('bounced')),
  };
  const should: typeof is = {
    saver: 'succeeded succeeded',
    refunded: 'succeeded',
    winner: 'succeeded',
    loser: 'lost',
    warned: 'refunded',
    declined: 'failed',
    unproven: 'failed',
    automatic: 1,
    given_back: plan.refund,
    paid: 'paid',
    bounced: 'returned paid',
  };
  return Object.entries(should).flatMap(([name, wanted]) => {
    const got = is[name as keyof typeof is];
    return got === wanted ? [] : [`${name} came to ${String(got)}, not ${String(wanted)}`];
  });
}

const of = ({ contributor_id: agent_id, state }: { contributor_id: string; state: string }) => ({ agent_id, state });

const statesOf = (rows: readonly { agent_id: string; state: string }[], id: string): string =>
  rows.filter(({ agent_id }) => agent_id === id).map(({ state }) => state).join(' '); // prettier-ignore

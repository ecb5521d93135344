import { microsOf } from '../../../src/payments/stripe/cents.js';
import { sql, type Tx } from '../../../src/platform/database/index.js';
import type { Stage } from './stage.js';

/**
 * What a story has come to, without ids of Stripe's making and without times: by name a sorted list of lines. The same story comes to the
 * same, however often its processes died.
 */
export type EndState = Readonly<Record<string, readonly string[]>>;

export async function endStateOf(stage: Stage): Promise<EndState> {
  const tables = await stage.run(async (tx) => {
    const named: Record<string, string[]> = {};
    for (const [name, text] of Object.entries(TABLES)) named[name] = await linesOf(tx, text);
    return named;
  });
  return { ...tables, ...(await stripeOf(stage)) };
}

/** What differs, in words; empty when nothing does. */
export function differences(is: EndState, should: EndState): string[] {
  return Object.keys(should).flatMap((name) => [
    ...without(is[name]!, should[name]!).map((line) => `${name}: ${line} is too much`),
    ...without(should[name]!, is[name]!).map((line) => `${name}: ${line} is missing`),
  ]);
}

/** Each line of the first as often as it is more often there than in the second. */
function without(lines: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return lines.filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

const TABLES = {
  accounts: `SELECT code, owner, debits_posted - credits_posted AS balance, debits_pending, credits_pending FROM ledger_account`,
  transfers: `SELECT t.code, t.kind, d.code AS debit, d.owner AS debit_of, c.code AS credit, c.owner AS credit_of, t.amount
                FROM ledger_transfer t LEFT JOIN ledger_account d ON d.id = t.debit LEFT JOIN ledger_account c ON c.id = t.credit`,
  top_ups: `SELECT agent_id, is_automatic, amount, state, refunded, fee, failure FROM top_up`,
  refunds: `SELECT t.agent_id, r.amount, r.state, r.cause FROM card_refund r JOIN top_up t ON t.id = r.top_up_id`,
  disputes: `SELECT agent_id, amount, state, from_agent, from_reserve, from_losses FROM card_dispute`,
  freezes: `SELECT agent_id, cause, lifted_at IS NOT NULL AS lifted FROM card_freeze`,
  customers: `SELECT agent_id, auto_below, auto_amount, auto_day_max, auto_stopped FROM card_customer`,
  recipients: `SELECT contributor_id, state, bank_refused, requirements::text FROM card_recipient`,
  payouts: `SELECT contributor_id, amount, state, reversed, cardinality(reversals) AS reversals, reason FROM payout`,
  bank_payouts: `SELECT r.contributor_id, b.amount, b.status, b.is_booked FROM bank_payout b JOIN card_recipient r USING (account)`,
  // Not their states: a card that was declined is refused to who asked, and found to have failed by who comes after.
  effects: `SELECT kind FROM ext_op`,
  told: `SELECT type, payload ->> 'agent_id' AS agent_id FROM outbox`,
  stops: `SELECT cause FROM payout_stop`,
  findings: `SELECT findings::text FROM reconciliation WHERE findings <> '[]'`,
} as const;

async function linesOf(tx: Tx, text: string): Promise<string[]> {
  const rows = await sql<Record<string, unknown>>(tx, text);
  return rows.map((row) => Object.entries(row).map(([column, value]) => `${column}=${String(value)}`).join(' ')).sort(); // prettier-ignore
}

/** The same seen from the simulator: what cards were charged, and what banks got. */
async function stripeOf({ stripe, simulator }: Stage): Promise<Record<string, string[]>> {
  const charges: string[] = [];
  for await (const one of stripe.charges.list({ limit: 100 }))
    charges.push(`${one.amount} ${one.paid} refunded=${one.amount_refunded} disputed=${one.disputed}`);
  const transfers: string[] = [];
  for await (const one of stripe.transfers.list({ limit: 100 }))
    transfers.push(`${one.amount} reversed=${one.amount_reversed}`);
  const { faults, ...sums } = simulator.control.audit();
  const audit = Object.entries(sums).map(([name, cents]) => `${name}=${microsOf(cents)}`);
  return { charges: charges.sort(), stripe_transfers: transfers.sort(), audit, audit_faults: [...faults] };
}

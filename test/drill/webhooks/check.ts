import type Stripe from 'stripe';
import { ACCOUNT_CODES, ledgerOf, TRANSFER_CODES } from '../../../src/ledger/index.js';
import { Reconciliations } from '../../../src/payments/index.js';
import type { Scene } from './scene.js';
import type { Tally } from './tally.js';
import { UNKNOWN_TYPES } from './told.js';

const PAGE = 100;
const MICROS_PER_CENT = 10_000n;
const MINUTE_MS = 60_000;
/** After that nothing at Stripe is too young to be in the books. */
const RIPE_MS = 3 * 60 * MINUTE_MS;
const A_DAY = '2026-01-01';

export interface Checked {
  /** Moves of our balance at Stripe that were found in the ledger, each once. */
  readonly effects: number;
  readonly double_effects: number;
  readonly lost_effects: number;
}

/** Compares Stripe, ledger and inbox when all is at rest; every difference is blamed. */
export async function check(scene: Scene, tally: Tally): Promise<Checked> {
  const compared = await compareMoves(scene, tally);
  const agents = await compareAgents(scene, tally);
  await checkInbox(scene, tally);
  for (const fault of scene.simulator.control.audit().faults) tally.blame(`simulator: ${fault}`);
  const books = await scene.run((tx) => scene.ledger.booksBalance(tx));
  for (const fault of books.faults) tally.blame(`books: ${JSON.stringify(fault)}`);
  scene.clock.advance(RIPE_MS);
  const matched = await scene.get(Reconciliations).run('test', A_DAY);
  if (matched === null) tally.blame('nothing was reconciled');
  for (const { rule, row, detail } of matched?.findings ?? []) tally.blame(`reconciliation: ${rule} ${row}: ${detail}`);
  return {
    effects: compared.effects,
    double_effects: compared.double_effects + agents.double_effects,
    lost_effects: compared.lost_effects + agents.lost_effects,
  };
}

/** Each move of our balance at Stripe is one transfer of the ledger that names it: the amount and the fee, each to the micro, each once. */
async function compareMoves(scene: Scene, tally: Tally): Promise<Checked> {
  const ours = await ledgerMoves(scene);
  const counts = { effects: 0, double_effects: 0, lost_effects: 0 };
  for await (const { id, source, amount, fee } of scene.stripe.balanceTransactions.list({ limit: PAGE })) {
    for (const cents of [amount, -fee].filter((part) => part !== 0)) {
      const names = [id, typeof source === 'string' ? source : source?.id];
      if (names.some((name) => takeOne(ours, `${name} ${BigInt(cents) * MICROS_PER_CENT}`))) counts.effects++;
      else {
        counts.lost_effects++;
        tally.blame(`lost: ${names.join(' ')} ${cents} cents`);
      }
    }
  }
  for (const [move, times] of ours) {
    if (times === 0) continue;
    counts.double_effects += times;
    tally.blame(`double: ${times} more of ${move} than Stripe shows`);
  }
  return counts;
}

async function ledgerMoves(scene: Scene): Promise<Map<string, number>> {
  const rows = await scene.rows<{ move: string; times: bigint }>(MOVES, [
    ledgerOf('test', 'card'),
    ACCOUNT_CODES.card_balance.code,
  ]);
  return new Map(rows.map(({ move, times }) => [move, Number(times)]));
}

const MOVES = `
  SELECT coalesce(t.reference, t.id::text) || ' ' || (CASE WHEN t.debit = a.id THEN t.amount ELSE -t.amount END) AS move, count(*) AS times
    FROM ledger_account a JOIN ledger_transfer t ON a.id IN (t.debit, t.credit)
   WHERE a.ledger = $1 AND a.code = $2 AND a.owner = '' AND t.kind IN (0, 2) GROUP BY 1`;

function takeOne(moves: Map<string, number>, move: string): boolean {
  const times = moves.get(move) ?? 0;
  if (times > 0) moves.set(move, times - 1);
  return times > 0;
}

/** What each agent has is what its cards paid, less what went back, but for what others bore. */
async function compareAgents(scene: Scene, tally: Tally): Promise<Omit<Checked, 'effects'>> {
  const there = await paidByCustomer(scene.stripe);
  const counts = { double_effects: 0, lost_effects: 0 };
  const agents = await scene.rows<{ id: string; customer: string; has: bigint; borne: bigint }>(AGENTS, [
    ledgerOf('test', 'card'),
    ACCOUNT_CODES.agent_available.code,
    TRANSFER_CODES.capture_pay,
  ]);
  for (const { id, customer, has, borne } of agents) {
    const should = (there.get(customer) ?? 0n) + borne;
    if (has === should) continue;
    counts[has > should ? 'double_effects' : 'lost_effects']++;
    tally.blame(`${id} has ${has} micros and should have ${should}`);
  }
  return counts;
}

/** Micros: what was charged, less what went back or is held by a bank. */
async function paidByCustomer(stripe: Stripe): Promise<Map<string, bigint>> {
  const customers = new Map<string, string>();
  const paid = new Map<string, bigint>();
  const add = (customer: string, cents: number): void =>
    void paid.set(customer, (paid.get(customer) ?? 0n) + BigInt(cents) * MICROS_PER_CENT);
  for await (const charge of stripe.charges.list({ limit: PAGE })) {
    if (!charge.paid) continue;
    customers.set(charge.id, String(charge.customer));
    add(String(charge.customer), charge.amount_captured - charge.amount_refunded);
  }
  for await (const { charge, status, amount } of stripe.disputes.list({ limit: PAGE }))
    if (['needs_response', 'under_review', 'lost'].includes(status)) add(customers.get(String(charge))!, -amount);
  return paid;
}

const AGENTS = `
  SELECT c.agent_id AS id, c.customer, coalesce(a.credits_posted - a.debits_posted - a.debits_pending, 0)::bigint AS has,
         (coalesce((SELECT sum(from_reserve + from_losses) FROM card_dispute d WHERE d.agent_id = c.agent_id AND d.state IN ('withdrawn', 'lost')), 0)
        + coalesce((SELECT sum(r.from_reserve + r.from_losses) FROM card_refund r JOIN top_up t ON t.id = r.top_up_id
                     WHERE t.agent_id = c.agent_id AND r.cause = 'elsewhere' AND r.state = 'made'), 0)
        - coalesce((SELECT sum(p.amount) FROM ledger_transfer p WHERE p.debit = a.id AND p.code = $3), 0))::bigint AS borne
    FROM card_customer c LEFT JOIN ledger_account a ON a.ledger = $1 AND a.owner = c.agent_id AND a.code = $2`;

/** Everything that was taken is there once and ended; nothing else is there. */
async function checkInbox(scene: Scene, tally: Tally): Promise<void> {
  const rows = await scene.rows<{ id: string; type: string; state: string }>('SELECT id, type, state FROM inbox_event');
  const there = new Map(rows.map((row) => [row.id, row]));
  for (const id of tally.taken) if (!there.has(id)) tally.blame(`${id} was answered 200 and is not in the inbox`);
  for (const { id, type, state } of rows) {
    if (!tally.taken.has(id)) {
      tally.accepted_forged++;
      tally.blame(`${id} is in the inbox and was never genuine`);
    }
    const is_unknown = UNKNOWN_TYPES.some((unknown) => unknown === type);
    if (state === 'waiting' || (is_unknown && state !== 'ignored')) tally.blame(`${id} (${type}) ended as ${state}`);
  }
}

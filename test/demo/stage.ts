import type { Verdict } from '@groundtruth/sdk/protocol';
import type { playCard } from './card.js';
import type { playOnChain } from './chain.js';

type CardStory = Awaited<ReturnType<typeof playCard>>;
type Chain = Awaited<ReturnType<typeof playOnChain>>['chain'];

/** Where the demo speaks: one line for each thing that happened, and how long it took. */
export class Stage {
  readonly timings: Record<string, number> = {};

  say(line: string): void {
    process.stdout.write(`${line}\n`);
  }

  did(line: string): void {
    this.say(`  ✓ ${line}`);
  }

  refused(attempt: string, code: string): void {
    this.say(`  ✗ ${attempt}: ${code}`);
  }

  checks(checks: Verdict['checks']): void {
    for (const { check, status, score } of checks)
      this.say(`      ${check.padEnd(10)} ${status}${score === undefined ? '' : ` (score ${score.toFixed(2)})`}`);
  }

  /** Runs a step and keeps its milliseconds under a name. */
  async time<T>(name: string, step: () => Promise<T>): Promise<T> {
    const start = performance.now();
    const result = await step();
    this.timings[name] = Math.round(performance.now() - start);
    return result;
  }

  receipt(report: {
    bounty: { id: string };
    capture: { id: string; state: string };
    signature_valid: boolean | null;
    proof_valid: boolean | null;
    books_balance: boolean;
    refusals: readonly unknown[];
  }): void {
    const { bounty, capture, signature_valid, proof_valid, books_balance, refusals } = report;
    this.say('\nReceipt');
    this.say(`  bounty       ${bounty.id}`);
    this.say(`  capture      ${capture.id} (${capture.state})`);
    if (signature_valid !== null) this.say(`  signature    ${signature_valid ? 'valid' : 'INVALID'}`);
    if (proof_valid !== null) this.say(`  log proof    ${proof_valid ? 'valid' : 'INVALID'}`);
    this.say(`  books        ${books_balance ? 'balance' : 'DO NOT BALANCE'}`);
    if (refusals.length > 0) this.say(`  cheats       ${refusals.length} tried, ${refusals.length} refused`);
  }

  cardReceipt({ top_up, bounty, capture, payout, days_moved, reconciled, books_balance }: CardStory): void {
    this.say('\nReceipt of the card');
    this.say(`  top-up       ${top_up.id} (${top_up.state}, ${top_up.amount})`);
    this.say(`  bounty       ${bounty.id}`);
    this.say(`  capture      ${capture.id} (${capture.state})`);
    if (payout) this.say(`  payout       ${payout.id} (${payout.state}, ${payout.amount})`);
    if (reconciled) this.say(`  compared     ${reconciled.matched} rows match, ${reconciled.findings} do not`);
    if (days_moved > 0) this.say(`  clock        moved by ${days_moved} days`);
    this.say(`  books        ${books_balance ? 'balance' : 'DO NOT BALANCE'}`);
  }

  chainReceipt({ bounty_id, entry, transactions, balances, account, compared, ledger_equals_chain }: Chain): void {
    const { payer, contributor } = balances;
    this.say('\nReceipt of the chain');
    this.say(`  bounty       ${bounty_id}`);
    this.say(`  entry        ${entry}`);
    for (const [what, hash] of Object.entries(transactions))
      if (hash !== null) this.say(`  ${what.padEnd(12)} ${hash}`);
    this.say(`  payer        ${payer.address}  ${payer.start} → ${payer.funded} → ${payer.end}`);
    this.say(`  contributor  ${contributor.address}  ${contributor.start} → ${contributor.end}`);
    this.say(
      `  escrow       ${account.funded} in = ${account.paid} paid + ${account.refunded} returned + ${account.owed} owed`,
    );
    for (const { holder, ledger, chain } of compared)
      this.say(`  ${holder.padEnd(12)} ${chain} on chain, ${ledger} in the ledger`);
    this.say(`  ledger       ${ledger_equals_chain ? 'equals chain' : 'DIFFERS FROM THE CHAIN'}`);
  }
}

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
}

import type { Hex } from 'viem';
import { gather, type Counted, type EntryFacts, type RoundFacts } from './facts.js';
import type { Lane } from './lane.js';
import type { Story } from './story.js';

export interface Checked {
  readonly lane: Lane;
  readonly stories: readonly Story[];
  readonly fee_to: Hex;
  readonly relayer: Hex;
}

/** What is wrong after a round has come to rest, in words. */
export async function checkRound({ lane, stories, fee_to, relayer }: Checked): Promise<string[]> {
  if ((await Promise.all(stories.map((story) => story.row()))).includes(null)) return ['a bounty was never offered'];
  return faultsIn(await gather(lane, stories, fee_to, relayer), stories);
}

type Expected = Pick<Story, 'amount' | 'owed' | 'fees' | 'rest'> & {
  readonly accepted: readonly { readonly capture_id: string; readonly pay: bigint }[];
};

/** Chain, ledger, rows and outbox against what the stories were to come to, and against one another. Empty: nothing is wrong. */
export function faultsIn(facts: RoundFacts, stories: readonly Expected[]): string[] {
  const faults = new Faults();
  for (const [index, entry] of facts.entries.entries()) checkEntry(faults, entry, stories[index]!);
  const fees = stories.reduce((sum, story) => sum + story.fees, 0n);
  faults.same('the fee address got', facts.fee_wallet, fees);
  faults.same('the contract holds tokens', facts.escrow_tokens, 0n);
  faults.same('the ledger says that the escrow holds', facts.escrow_books, facts.escrow_tokens);
  faults.same('logs wait', facts.logs_waiting, 0);
  if (!facts.books.balanced)
    faults.add(`the books do not balance: ${JSON.stringify(facts.books.faults).slice(0, 500)}`);
  checkOperations(faults, facts);
  checkNonces(faults, facts);
  return faults.words;
}

class Faults {
  readonly words: string[] = [];

  add(word: string): void {
    this.words.push(word);
  }

  same<T>(what: string, is: T, should: T): void {
    if (is !== should) this.add(`${what} ${String(is)}, not ${String(should)}`);
  }
}

function checkEntry(faults: Faults, entry: EntryFacts, story: Expected): void {
  const { row, contract } = entry;
  const name = (what: string): string => `${row.bounty_id}: ${what}`;
  const moved = story.owed + story.fees;
  faults.same(name('its entry is'), row.state, 'closed');
  for (const field of ['ordered', 'paid', 'owed_total'] as const) faults.same(name(field), row[field], moved);
  faults.same(name('the contract was funded with'), contract.funded, story.amount);
  faults.same(name('the contract paid'), contract.paid, moved);
  faults.same(name('the contract refunded'), contract.refunded, story.rest);
  faults.same(name('the refund address got'), entry.refunded_wallet, story.rest);
  faults.same(name('the funder has left'), entry.funder_wallet, 0n);
  for (const account of ['bounty', 'returning', 'losses'] as const)
    faults.same(name(`account ${account} holds`), entry[account], 0n);
  once(faults, name('its funding'), entry.funded);
  faults.same(name('the chain shows its closing so often:'), entry.closed.shown, 1);
  faults.same(name('releases'), entry.releases.length, story.accepted.length);
  for (const { capture_id, paid_by } of entry.releases)
    if (paid_by === null) faults.add(name(`${capture_id} is not paid`));
  for (const [index, { wallet, payable, paid }] of entry.payees.entries()) {
    const { capture_id, pay } = story.accepted[index]!;
    faults.same(name(`the payee of ${capture_id} got`), wallet, pay);
    faults.same(name(`${capture_id} is still owed`), payable, 0n);
    once(faults, name(`the payment of ${capture_id}`), paid);
  }
}

/**
 * The chain shows it once; one application of its log stands, however many were reversed; and the outbox has told each application, for a
 * log that was reversed and came back is news again.
 */
function once(faults: Faults, what: string, { applied, reversed, told, shown }: Counted): void {
  faults.same(`${what} is shown so often:`, shown, 1);
  faults.same(`${what} stands so often:`, applied - reversed, 1);
  faults.same(`${what} was told so often:`, told, applied);
}

/** None is under way, and what was done is on the chain once. */
function checkOperations(faults: Faults, { operations, entries }: RoundFacts): void {
  for (const { id, state } of operations)
    if (['queued', 'sent', 'mined'].includes(state)) faults.add(`${id} is ${state}`);
  const standing = operations.filter(({ state, on_chain }) => state === 'done' && on_chain);
  const abandoned = operations.filter(({ state, on_chain }) => state === 'done' && !on_chain);
  for (const { id } of abandoned) faults.add(`${id} is done and not on the chain`);
  for (const { row } of entries)
    for (const purpose of ['escrow.fund', 'escrow.close']) {
      const done = standing.filter(({ id }) => id.startsWith(`${purpose}:${row.id}:`));
      faults.same(`${row.bounty_id}: ${purpose} is done so often:`, done.length, 1);
    }
  const beginnings = standing.flatMap(({ id, purpose }) =>
    purpose === 'escrow.release' ? [id.split(':').slice(0, 3).join(':')] : [],
  );
  for (const twice of beginnings.filter((one, index) => beginnings.indexOf(one) !== index))
    faults.add(`${twice} is done twice`);
}

/** Every nonce that the chain counts has its row, and every row came to an end. */
function checkNonces(faults: Faults, { transactions, nonce }: RoundFacts): void {
  for (const { nonce: one, state } of transactions)
    if (state !== 'final' && state !== 'displaced') faults.add(`the transaction with nonce ${one} is ${state}`);
  const rows = transactions.map((one) => one.nonce);
  for (const [index, one] of rows.entries()) if (one !== BigInt(index)) return faults.add(`nonce ${index} has no row`);
  faults.same('the next nonce by the chain is', nonce, BigInt(rows.length));
}

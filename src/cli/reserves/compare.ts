/** Token base units, which are micros. What an entry or the whole escrow took in, paid out (fees included) and gave back. */
export interface Moved {
  readonly funded: bigint;
  readonly paid: bigint;
  readonly refunded: bigint;
}

export const NOTHING: Moved = { funded: 0n, paid: 0n, refunded: 0n };

/** An entry as our books have it, and what its bounty still owes from it. */
export interface EntryBooks extends Moved {
  readonly entry: string;
  readonly bounty_id: string;
  /** On the ledger for the bounty. */
  readonly held: bigint;
  /** Releases that the chain has not paid, fees included. */
  readonly unpaid: bigint;
  /** On the ledger, on its way back to the funder. */
  readonly returning: bigint;
}

/** The books of one mode's escrow, as one transaction saw them. */
export interface Books {
  /** The accounts `chain_balance`, by holder. */
  readonly escrow: bigint;
  readonly fee_address: bigint;
  readonly distributor: bigint;
  /** All accounts of a kind together. */
  readonly held: bigint;
  readonly payable: bigint;
  /** The part of `payable` that the Distributor owes. */
  readonly awarded: bigint;
  readonly returning: bigint;
  /** The share kept for disputes included. */
  readonly fees: bigint;
  readonly entries: readonly EntryBooks[];
}

/** The contracts at one block. */
export interface OnChain {
  readonly tokens: bigint;
  /** What the token refused to deliver to addresses that our entries name: it is in the contract and no longer in an entry. */
  readonly undelivered: bigint;
  readonly entries: ReadonlyMap<string, Moved>;
  /** Tokens of the Distributor; it takes them from anybody. */
  readonly distributor: bigint;
}

/** What the chain had done by the block and the books had not, or less what the books were ahead. */
export interface InFlight {
  readonly entries: ReadonlyMap<string, Moved>;
  /** Into the Distributor, less what left it. */
  readonly distributor: bigint;
}

/** One comparison. `in_flight`: what the chain had done by the block and the books had not, or less what the books were ahead. */
export interface Line {
  readonly what: string;
  readonly books: bigint;
  readonly in_flight: bigint;
  readonly chain: bigint;
  /** chain − books − in_flight; zero matches. */
  readonly difference: bigint;
}

/**
 * Every line there is to compare. Tokens beyond what our entries and refused deliveries explain are other users' of the same contract: that
 * line differs only when tokens are missing.
 */
export function compare(books: Books, chain: OnChain, inFlight: InFlight): Line[] {
  const flying = [...inFlight.entries.values()].reduce((sum, moved) => sum + restOf(moved), 0n);
  const present = books.entries.map(({ entry }) => restOf(chain.entries.get(entry) ?? NOTHING));
  const ours = present.reduce((sum, rest) => sum + rest, 0n);
  const missing = ours + chain.undelivered - chain.tokens;
  const lost = books.distributor + inFlight.distributor - chain.distributor;
  const unsentFees = books.fees - books.fee_address;
  return [
    line('escrow: account against entries', books.escrow, flying, ours),
    line('escrow: tokens that are missing', 0n, 0n, missing > 0n ? missing : 0n),
    line(
      'escrow: account against what is owed',
      books.held + books.payable - books.awarded + books.returning + unsentFees,
      0n,
      books.escrow,
    ),
    line('distributor: account against awards', books.awarded, 0n, books.distributor),
    line('distributor: tokens that are missing', 0n, 0n, lost > 0n ? lost : 0n),
    ...books.entries.flatMap((entry) =>
      ofEntry(entry, chain.entries.get(entry.entry) ?? NOTHING, inFlight.entries.get(entry.entry)),
    ),
  ];
}

/** Tokens in the contract that belong to nobody we know. Never negative. */
export function othersTokens(books: Books, chain: OnChain): bigint {
  const ours = books.entries.reduce((sum, { entry }) => sum + restOf(chain.entries.get(entry) ?? NOTHING), 0n);
  const rest = chain.tokens - ours - chain.undelivered;
  return rest > 0n ? rest : 0n;
}

function ofEntry(books: EntryBooks, chain: Moved, flying: Moved = NOTHING): Line[] {
  const name = `${books.bounty_id} ${books.entry}`;
  const owed = books.held + books.unpaid + books.returning;
  return [
    line(`${name}: funded`, books.funded, flying.funded, chain.funded),
    line(`${name}: paid`, books.paid, flying.paid, chain.paid),
    line(`${name}: left against what is owed`, owed, restOf(flying), restOf(chain)),
  ];
}

export const restOf = ({ funded, paid, refunded }: Moved): bigint => funded - paid - refunded;

const line = (what: string, books: bigint, in_flight: bigint, chain: bigint): Line => ({
  what, books, in_flight, chain, difference: chain - books - in_flight,
}); // prettier-ignore

import type { Instant } from '../../kernel/clock.js';
import type { Counters } from '../ledger.repository.js';
import type { TransferRequest, TransferResult } from '../transfers.js';

export interface ModelAccount {
  readonly ledger: number;
  readonly flags: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
interface Held {
  readonly request: TransferRequest;
  state: 'pending' | 'posted' | 'voided' | 'expired';
}

const AMOUNT_MAX = 10n ** 15n;
const ENDS = { post: 'posted', void: 'voided', expire: 'expired' } as const;

/**
 * The ledger as one would write it without a database: one transfer after the other, a chain by copying everything and putting it back. Slow,
 * obvious, and written apart from `ledger_post`, so that a mistake has to be made twice to stay unseen.
 */
export class LedgerModel {
  private counters: Map<bigint, Mutable<Counters>>;
  private posted = new Map<string, TransferRequest>();
  private held = new Map<string, Held>();

  constructor(private readonly accounts: ReadonlyMap<bigint, ModelAccount>) {
    const zero = { debits_pending: 0n, debits_posted: 0n, credits_pending: 0n, credits_posted: 0n };
    this.counters = new Map([...accounts.keys()].map((id) => [id, { ...zero }]));
  }

  countersOf(id: bigint): Counters {
    return this.counters.get(id)!;
  }

  post(batch: readonly TransferRequest[], now: Instant): TransferResult[] {
    return chainsOf(batch).flatMap((chain) => this.postChain(chain, now));
  }

  private postChain(chain: readonly TransferRequest[], now: Instant): TransferResult[] {
    const open = chain.at(-1)!.linked === true;
    const before = structuredClone({ counters: this.counters, posted: this.posted, held: this.held });
    const results: TransferResult[] = [];
    for (const [index, request] of chain.entries()) {
      const result = open && index === chain.length - 1 ? 'linked_chain_open' : this.postOne(request, now);
      results.push(result);
      if (result === 'ok' || result === 'exists') continue;
      Object.assign(this, before);
      return chain.map((_, member) => {
        if (member === index) return result;
        return open && member === chain.length - 1 ? 'linked_chain_open' : 'linked_failed';
      });
    }
    return results;
  }

  private postOne(request: TransferRequest, now: Instant): TransferResult {
    const known = this.posted.get(request.id);
    if (known) return repeats(request, known) ? 'exists' : 'exists_different';
    if (request.kind === 'single' || request.kind === 'pending') return this.move(request, now);
    return this.resolve(request, request.kind, now);
  }

  private move(request: TransferRequest, now: Instant): TransferResult {
    const { debit, credit, amount, kind } = request;
    if (amount <= 0n || amount > AMOUNT_MAX) return 'invalid_amount';
    if (request.pending_id !== undefined) return 'pending_mismatch';
    if (request.expires_at !== undefined && (kind === 'single' || request.expires_at <= now)) return 'invalid_expiry';
    if (debit === credit) return 'same_account';
    const [payer, payee] = [this.accounts.get(debit), this.accounts.get(credit)];
    if (!payer || !payee) return 'no_account';
    if (payer.ledger !== payee.ledger) return 'ledger_mismatch';
    if ((payer.flags | payee.flags) & 8) return 'account_closed';
    const [out, into] = [this.counters.get(debit)!, this.counters.get(credit)!];
    if (payer.flags & 1 && out.debits_pending + out.debits_posted + amount > out.credits_posted)
      return 'exceeds_credits';
    if (payee.flags & 2 && into.credits_pending + into.credits_posted + amount > into.debits_posted)
      return 'exceeds_debits';
    if (kind === 'pending') {
      out.debits_pending += amount;
      into.credits_pending += amount;
      this.held.set(request.id, { request, state: 'pending' });
    } else {
      out.debits_posted += amount;
      into.credits_posted += amount;
    }
    this.posted.set(request.id, request);
    return 'ok';
  }

  private resolve(request: TransferRequest, kind: keyof typeof ENDS, now: Instant): TransferResult {
    const held = this.held.get(request.pending_id ?? '');
    if (!held) return 'pending_not_found';
    const { debit, credit, amount, expires_at } = held.request;
    if (![0n, debit].includes(request.debit) || ![0n, credit].includes(request.credit)) return 'pending_mismatch';
    if (kind !== 'post' && ![0n, amount].includes(request.amount)) return 'pending_mismatch';
    if (request.expires_at !== undefined) return 'invalid_expiry';
    if (kind === 'post' && request.amount <= 0n) return 'invalid_amount';
    if (kind === 'post' && request.amount > amount) return 'exceeds_pending';
    if (held.state === 'posted') return 'pending_already_posted';
    if (held.state === 'voided') return 'pending_already_voided';
    if (held.state === 'expired') return 'pending_expired';
    const due = expires_at !== undefined && expires_at <= now;
    if (kind !== 'expire' && due) return 'pending_expired';
    if (kind === 'expire' && !due) return 'pending_not_due';
    if (kind === 'post' && (this.accounts.get(debit)!.flags | this.accounts.get(credit)!.flags) & 8)
      return 'account_closed';
    const moved = kind === 'post' ? request.amount : 0n;
    const [out, into] = [this.counters.get(debit)!, this.counters.get(credit)!];
    out.debits_pending -= amount;
    into.credits_pending -= amount;
    out.debits_posted += moved;
    into.credits_posted += moved;
    held.state = ENDS[kind];
    this.posted.set(request.id, { ...request, debit, credit, amount: kind === 'post' ? moved : amount });
    return 'ok';
  }
}

/** Cuts a batch into its chains; a transfer that is not linked is a chain of one. */
export function chainsOf(batch: readonly TransferRequest[]): TransferRequest[][] {
  const chains: TransferRequest[][] = [];
  let open = false;
  for (const request of batch) {
    if (open) chains.at(-1)!.push(request);
    else chains.push([request]);
    open = request.linked === true;
  }
  return chains;
}

function repeats(request: TransferRequest, known: TransferRequest): boolean {
  const resolves = request.kind !== 'single' && request.kind !== 'pending';
  const free = resolves && request.kind !== 'post';
  return (
    request.kind === known.kind &&
    request.code === known.code &&
    (request.debit === known.debit || (resolves && request.debit === 0n)) &&
    (request.credit === known.credit || (resolves && request.credit === 0n)) &&
    (request.amount === known.amount || (free && request.amount === 0n)) &&
    request.pending_id === known.pending_id &&
    request.expires_at === known.expires_at &&
    request.reference === known.reference &&
    request.correlation === known.correlation
  );
}

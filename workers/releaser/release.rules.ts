import { hashTypedData, keccak256, stringToBytes } from 'viem';
import {
  canonicalJson,
  captureCommitment,
  entryMessage,
  mulCeil,
  mulFloor,
  type EscrowTerms,
} from '@groundtruth/sdk/protocol';
import type { BatchFacts, ClosingFacts, ContractsAt, EntryFacts, ReleaseFacts } from './facts.js';

/** Why nothing is signed. */
export type Refusal =
  | 'other_chain'
  | 'other_mode'
  | 'other_releaser'
  | 'other_bounty'
  | 'other_entry'
  | 'entry_not_funded'
  | 'entry_closed'
  | 'not_settled'
  | 'not_from_entry'
  | 'commitment_differs'
  | 'payee_differs'
  | 'amount_differs'
  | 'fee_differs'
  | 'paid_before_differs'
  | 'exceeds_entry'
  | 'not_its_turn'
  | 'signed_already'
  | 'batch_too_large'
  | 'not_consecutive'
  | 'member_unsigned'
  | 'payments_differ'
  | 'payees_mixed'
  | 'still_open'
  | 'owed_differs'
  | 'verdict_missing'
  | 'verdict_differs'
  | 'root_differs'
  | 'epoch_differs'
  | 'not_backed'
  | 'award_lowered'
  | 'unreadable';

/** What this releaser is, in one mode. */
export interface Own {
  /** In lower case. */
  readonly releaser: string;
  /** The only contracts it signs for; null: it signs nothing. */
  readonly chain: ContractsAt | null;
}

const BASIS_POINTS = 10_000n;
/** Far above what fits into one transaction. */
export const BATCH_MEMBERS_MAX = 256;

/** The first reason, in the order below, not to sign this release now; null: sign it. */
export function releaseRefusal(facts: ReleaseFacts, own: Own): Refusal | null {
  const { entry, before } = facts;
  const refusal = entryRefusal(entry, own) ?? paymentRefusal(facts);
  if (refusal) return refusal;
  if (facts.signature !== null) return 'signed_already';
  if (entry.state !== 'funded' && entry.state !== 'closing') return 'entry_not_funded';
  if (entry.closing_signed) return 'entry_closed';
  if (before.unsigned !== 0) return 'not_its_turn';
  return null;
}

/** The first reason not to sign this batch; null: sign it. It orders nothing new, so it may come after the closing statement. */
export function batchRefusal(facts: BatchFacts, own: Own): Refusal | null {
  const { entry, members, first_seq, last_seq } = facts;
  const refusal = entryRefusal(entry, own);
  if (refusal) return refusal;
  if (!['funded', 'closing', 'closed'].includes(entry.state)) return 'entry_not_funded';
  if (members.length > BATCH_MEMBERS_MAX) return 'batch_too_large';
  if (new Set(members.map(isPooled)).size > 1) return 'payees_mixed';
  if (last_seq <= first_seq || members.length !== last_seq - first_seq + 1) return 'not_consecutive';
  return first(members, (member, index) => {
    if (member.seq !== first_seq + index) return 'not_consecutive';
    if (canonicalJson(plain(member.entry)) !== canonicalJson(plain(entry))) return 'other_entry';
    if (member.signature === null || member.before.unsigned !== 0) return 'member_unsigned';
    return paymentRefusal(member);
  });
}

/** The first reason not to state, at `now` in epoch milliseconds, that the entry will pay no more than this; null: sign it. */
export function closingRefusal(facts: ClosingFacts, own: Own, now: number): Refusal | null {
  const { entry, bounty, releases, owed_total } = facts;
  const refusal = entryRefusal(entry, own);
  if (refusal) return refusal;
  if (entry.closing_signed) return 'signed_already';
  if (entry.state !== 'closing' || bounty.state !== 'closed') return 'still_open';
  if (bounty.reserved !== 0 || facts.reservations_active !== 0 || facts.captures_open !== 0) return 'still_open';
  if (bounty.appeals !== 0 || (bounty.appealable_until ?? 0) > now) return 'still_open';
  if (facts.captures_unreleased !== 0 || releases.unsigned !== 0) return 'still_open';
  if (owed_total !== facts.ordered || owed_total !== releases.ordered) return 'owed_differs';
  return owed_total > entry.amount ? 'exceeds_entry' : null;
}

function entryRefusal({ id, mode, bounty_id, chain, terms }: EntryFacts, own: Own): Refusal | null {
  if (own.chain === null || canonicalJson(chain) !== canonicalJson(own.chain)) return 'other_chain';
  if (mode !== chain.mode) return 'other_mode';
  if (terms.releaser !== own.releaser) return 'other_releaser';
  if (terms.bounty !== keccak256(stringToBytes(bounty_id))) return 'other_bounty';
  if (terms.distributor !== chain.distributor) return 'other_chain';
  return id === entryIdOf(chain, terms) ? null : 'other_entry';
}

/** The hash of the terms on their chain; null when they are no terms that the contract could take. */
function entryIdOf(chain: ContractsAt, terms: EscrowTerms): string | null {
  try {
    return hashTypedData(entryMessage(chain, terms));
  } catch {
    return null;
  }
}

/** Everything of a release that does not depend on when it is asked. */
function paymentRefusal(facts: ReleaseFacts): Refusal | null {
  const { entry, before, capture, reservation, bounty, amount, fee, paid_before } = facts;
  if (capture.mode !== entry.mode || bounty.mode !== entry.mode) return 'other_mode';
  if (capture.bounty_id !== entry.bounty_id || reservation.bounty_id !== entry.bounty_id) return 'other_bounty';
  if (capture.state !== 'settled' || capture.finding === null) return 'not_settled';
  if (capture.from_loss_reserve) return 'not_from_entry';
  if (facts.commitment !== captureCommitment(capture.salt, capture.seal)) return 'commitment_differs';
  if (facts.pay_to !== reservation.payout_to || facts.pay_for !== reservation.payout_for) return 'payee_differs';
  // What reaches the Distributor for nobody is nobody's, and a wallet is paid for no other.
  if (isPooled(facts) !== (facts.pay_for !== null)) return 'payee_differs';
  const share = capture.finding === 'present' ? BASIS_POINTS : bounty.absence_share_bps;
  const pay = mulFloor(reservation.price, share, BASIS_POINTS);
  if (pay === 0n || amount !== pay || amount !== capture.paid) return 'amount_differs';
  const { fee_bps } = entry.terms;
  if (fee !== escrowFeeOf(amount, fee_bps) || reservation.fee !== escrowFeeOf(reservation.price, fee_bps))
    return 'fee_differs';
  if (before.count !== facts.seq) return 'not_consecutive';
  if (paid_before !== before.ordered) return 'paid_before_differs';
  return paid_before + amount + fee > entry.amount ? 'exceeds_entry' : null;
}

/** Whether it pays the Distributor. */
export const isPooled = ({ pay_to, entry }: ReleaseFacts): boolean => pay_to === entry.terms.distributor;

/** What the escrow itself takes on a payment: basis points of what is paid, rounded up. */
function escrowFeeOf(amount: bigint, feeBps: number): bigint {
  return mulCeil(amount, BigInt(feeBps), BASIS_POINTS);
}

const plain = (entry: EntryFacts) => ({ ...entry, amount: entry.amount.toString() });

function first<T>(items: readonly T[], refuse: (item: T, index: number) => Refusal | null): Refusal | null {
  for (const [index, item] of items.entries()) {
    const refusal = refuse(item, index);
    if (refusal) return refusal;
  }
  return null;
}

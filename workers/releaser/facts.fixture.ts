import { hashTypedData, keccak256, stringToBytes, zeroAddress, type Hex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import {
  captureCommitment,
  entryMessage,
  mulCeil,
  mulFloor,
  releaseMessage,
  type EscrowTerms,
  type Finding,
} from '@groundtruth/sdk/protocol';
import type { BatchFacts, ClosingFacts, ContractsAt, EntryFacts, ReleaseFacts } from './facts.js';
import type { Signers } from './sign.js';

const BASIS_POINTS = 10_000n;
const address = (digit: string): Hex => `0x${digit.repeat(40)}`;

export const CHAIN: ContractsAt = { mode: 'test', chain_id: 31_337, escrow: address('e'), distributor: address('c') };
export const KEYS = { test: `0x${'11'.repeat(32)}`, live: `0x${'22'.repeat(32)}` } as const;
export const SIGNERS: Signers = {
  test: { account: privateKeyToAccount(KEYS.test), chain: CHAIN, verdict_signer: null },
  live: { account: privateKeyToAccount(KEYS.live), chain: null, verdict_signer: null },
};
export const OWN = { releaser: SIGNERS.test.account.address.toLowerCase(), chain: CHAIN };
export const PAYEE = address('d');
export const BOUNTY = 'bty_0190a0b1c2d3e4f5a6b7c8d9e0f10203';

/** What a bounty agreed on, in micros. */
export interface Agreed {
  readonly price: bigint;
  readonly share_bps: bigint;
  readonly fee_bps: number;
}
export const AGREED: Agreed = { price: 5_000_001n, share_bps: 5_000n, fee_bps: 333 };

export const feeOf = (amount: bigint, fee_bps: number): bigint => mulCeil(amount, BigInt(fee_bps), BASIS_POINTS);

export function termsOf({ fee_bps }: Agreed, bounty = BOUNTY): EscrowTerms {
  return {
    bounty: keccak256(stringToBytes(bounty)),
    funder: address('a'),
    refund_to: address('b'),
    releaser: OWN.releaser as Hex,
    cosigner: zeroAddress,
    cosign_above: '0',
    distributor: CHAIN.distributor,
    fee_to: address('f'),
    fee_bps,
    deadline: 1_800_000_000,
    grace: 1_209_600,
    salt: `0x${'5a'.repeat(32)}`,
  };
}

export const entryIdOf = (terms: EscrowTerms): Hex => hashTypedData(entryMessage(CHAIN, terms));

export function entryFacts(agreed: Agreed, amount: bigint, bounty = BOUNTY): EntryFacts {
  const terms = termsOf(agreed, bounty);
  const id = entryIdOf(terms);
  return { id, mode: 'test', bounty_id: bounty, state: 'funded', amount, chain: CHAIN, terms, closing_signed: false };
}

/** What one capture is paid and what the escrow takes for it. */
export function dues({ price, share_bps, fee_bps }: Agreed, finding: Finding): { amount: bigint; fee: bigint } {
  const amount = finding === 'present' ? price : mulFloor(price, share_bps, BASIS_POINTS);
  return { amount, fee: feeOf(amount, fee_bps) };
}

/** Facts in order about release `seq` of an entry, the ones before it with these findings. Nothing in them is a reason to refuse. */
export function releaseFacts(agreed: Agreed, finding: Finding, earlier: readonly Finding[]): ReleaseFacts {
  const { amount, fee } = dues(agreed, finding);
  const ordered = earlier.map((one) => dues(agreed, one)).reduce((sum, due) => sum + due.amount + due.fee, 0n);
  const seq = earlier.length;
  const [salt, seal] = [(seq + 1).toString(16).padStart(64, '0'), 'ab'.repeat(32)];
  const slots = BigInt(seq + 2);
  return {
    seq,
    commitment: captureCommitment(salt, seal),
    pay_to: PAYEE,
    pay_for: null,
    amount,
    fee,
    paid_before: ordered,
    signature: null,
    entry: entryFacts(agreed, (agreed.price + feeOf(agreed.price, agreed.fee_bps)) * slots),
    before: { count: seq, unsigned: 0, ordered },
    capture: {
      mode: 'test',
      bounty_id: BOUNTY,
      state: 'settled',
      finding,
      salt,
      seal,
      paid: amount,
      from_loss_reserve: false,
    },
    reservation: {
      bounty_id: BOUNTY,
      price: agreed.price,
      fee: feeOf(agreed.price, agreed.fee_bps),
      payout_to: PAYEE,
      payout_for: null,
    },
    bounty: { mode: 'test', absence_share_bps: agreed.share_bps },
  };
}

/** Facts in order about a batch of the releases `from` to the last of these. */
export async function batchFacts(agreed: Agreed, findings: readonly Finding[], from = 0): Promise<BatchFacts> {
  const all = await Promise.all(
    findings.map((finding, seq) => signedOne(releaseFacts(agreed, finding, findings.slice(0, seq)))),
  );
  const { entry } = releaseFacts(agreed, findings[0]!, findings);
  const members = all.slice(from).map((member) => ({ ...member, entry }));
  return { entry, first_seq: from, last_seq: findings.length - 1, members };
}

async function signedOne(facts: ReleaseFacts): Promise<ReleaseFacts> {
  const { entry, commitment: capture, pay_to: to, amount, paid_before } = facts;
  const message = releaseMessage(CHAIN, entry.id, { capture, to, amount }, paid_before);
  return { ...facts, signature: await SIGNERS.test.account.signTypedData(message) };
}

/** Facts in order about the end of an entry that has ordered so much. */
export function closingFacts(agreed: Agreed, ordered: bigint, appealable_until: number | null): ClosingFacts {
  return {
    entry: { ...entryFacts(agreed, ordered + agreed.price), state: 'closing' },
    owed_total: ordered,
    ordered,
    releases: { ordered, unsigned: 0 },
    bounty: { state: 'closed', reserved: 0, appeals: 0, appealable_until },
    reservations_active: 0,
    captures_open: 0,
    captures_unreleased: 0,
  };
}

import { encodeAbiParameters, keccak256, type Hex } from 'viem';
import { EIP712_DOMAINS } from './eip712.js';
import { AUTHORIZATION_FIELDS } from './eip3009.js';
import type { Authorization, Chain, EscrowTerms } from './escrow.js';
import { keccakTree } from './keccak-tree.js';
import type { Mode } from './mode.js';

const TERMS_TYPE = [
  { name: 'bounty', type: 'bytes32' },
  { name: 'funder', type: 'address' },
  { name: 'refundTo', type: 'address' },
  { name: 'releaser', type: 'address' },
  { name: 'cosigner', type: 'address' },
  { name: 'cosignAbove', type: 'uint256' },
  { name: 'distributor', type: 'address' },
  { name: 'feeTo', type: 'address' },
  { name: 'feeBps', type: 'uint16' },
  { name: 'deadline', type: 'uint64' },
  { name: 'grace', type: 'uint64' },
  { name: 'salt', type: 'bytes32' },
] as const;

const PAYMENT_TYPE = [
  { name: 'capture', type: 'bytes32' },
  { name: 'to', type: 'address' },
  { name: 'amount', type: 'uint256' },
] as const;

const RELEASE_TYPE = [
  { name: 'entry', type: 'bytes32' },
  ...PAYMENT_TYPE,
  { name: 'paidBefore', type: 'uint256' },
] as const;

const RELEASE_MANY_TYPE = [
  { name: 'entry', type: 'bytes32' },
  { name: 'payments', type: 'Payment[]' },
  { name: 'paidBefore', type: 'uint256' },
] as const;

const RELEASE_POOL_TYPE = [
  { name: 'entry', type: 'bytes32' },
  { name: 'capturesRoot', type: 'bytes32' },
  { name: 'count', type: 'uint16' },
  { name: 'total', type: 'uint256' },
  { name: 'fee', type: 'uint256' },
  { name: 'paidBefore', type: 'uint256' },
] as const;

const CLOSING_STATEMENT_TYPE = [
  { name: 'entry', type: 'bytes32' },
  { name: 'owedTotal', type: 'uint256' },
] as const;

/** What of a chain a message to its escrow is bound to. */
export type EscrowAt = Pick<Chain, 'mode' | 'chain_id' | 'escrow'>;

/** Releases and closing statements are for one contract on one chain, unlike verdicts and observations. */
export function escrowDomain({ mode, chain_id, escrow }: EscrowAt) {
  return { ...EIP712_DOMAINS[mode as Mode], chainId: chain_id, verifyingContract: escrow } as const;
}

/** The terms as the contract takes them. */
export function escrowTermsStruct(terms: EscrowTerms) {
  const { bounty, funder, releaser, cosigner, distributor, salt } = terms;
  return {
    bounty,
    funder,
    refundTo: terms.refund_to,
    releaser,
    cosigner,
    cosignAbove: BigInt(terms.cosign_above),
    distributor,
    feeTo: terms.fee_to,
    feeBps: terms.fee_bps,
    deadline: BigInt(terms.deadline),
    grace: BigInt(terms.grace),
    salt,
  } as const;
}

/** The EIP-712 message whose hash is the entry's id. Nobody signs it: the funder signs an authorization that has it as its nonce. */
export function entryMessage(at: EscrowAt, terms: EscrowTerms) {
  return {
    domain: escrowDomain(at),
    types: { Terms: TERMS_TYPE },
    primaryType: 'Terms',
    message: escrowTermsStruct(terms),
  } as const;
}

/** What the funder signs, in the token's domain: this much, to this escrow, for these terms and no others. `valid_before` in unix seconds. */
export function fundingMessage(chain: Chain, terms: EscrowTerms, entry: Hex, amount: bigint, valid_before: number) {
  const { funder: from } = terms;
  return receiveMessage(chain, { from, to: chain.escrow, value: amount, nonce: entry }, valid_before);
}

/** One transfer of EIP-3009 that only its payee can send. `value` in token base units. */
export interface TokenReceipt {
  readonly from: Hex;
  readonly to: Hex;
  readonly value: bigint;
  readonly nonce: Hex;
}

/** `receiveWithAuthorization` in the domain of the chain's token, good from now on until `valid_before` in unix seconds. */
export function receiveMessage(
  { chain_id, token: { address, name, version } }: Pick<Chain, 'chain_id' | 'token'>,
  { from, to, value, nonce }: TokenReceipt,
  valid_before: number,
) {
  return {
    domain: { name, version, chainId: chain_id, verifyingContract: address },
    types: { ReceiveWithAuthorization: AUTHORIZATION_FIELDS },
    primaryType: 'ReceiveWithAuthorization',
    message: { from, to, value, validAfter: 0n, validBefore: BigInt(valid_before), nonce },
  } as const;
}

/** What was signed, in words, with its signature: the `authorization` of `POST /v1/bounties/:id/fund`. */
export function authorizationOf({ domain, message }: ReturnType<typeof fundingMessage>, signature: Hex): Authorization {
  return {
    chain_id: domain.chainId,
    token: domain.verifyingContract,
    from: message.from,
    to: message.to,
    value: String(message.value),
    valid_after: Number(message.validAfter),
    valid_before: Number(message.validBefore),
    nonce: message.nonce,
    signature,
  };
}

/** One payment of a release, in token base units. */
export interface EscrowPayment {
  readonly capture: Hex;
  readonly to: Hex;
  readonly amount: bigint;
}

/** What the releaser signs for one accepted capture. */
export function releaseMessage(at: EscrowAt, entry: Hex, payment: EscrowPayment, paidBefore: bigint) {
  return {
    domain: escrowDomain(at),
    types: { Release: RELEASE_TYPE },
    primaryType: 'Release',
    message: { entry, ...payment, paidBefore },
  } as const;
}

/** What the releaser signs for several captures of one entry, to be paid in one transaction. */
export function releaseManyMessage(at: EscrowAt, entry: Hex, payments: readonly EscrowPayment[], paidBefore: bigint) {
  return {
    domain: escrowDomain(at),
    types: { ReleaseMany: RELEASE_MANY_TYPE, Payment: PAYMENT_TYPE },
    primaryType: 'ReleaseMany',
    message: { entry, payments, paidBefore },
  } as const;
}

/** The pay of several captures in one sum for the Distributor, in token base units. */
export interface EscrowPool {
  readonly capturesRoot: Hex;
  readonly count: number;
  readonly total: bigint;
  readonly fee: bigint;
}

/** Commits to captures and amounts. Commitments are salted, so it tells nobody who does not know them which captures were paid. */
export function poolOf(payments: readonly (Omit<EscrowPayment, 'to'> & { readonly fee: bigint })[]): EscrowPool {
  const types = [{ type: 'bytes32' }, { type: 'uint256' }] as const;
  const leaves = payments.map(({ capture, amount }) =>
    keccak256(keccak256(encodeAbiParameters(types, [capture, amount]))),
  );
  return {
    capturesRoot: keccakTree(leaves).root,
    count: payments.length,
    total: payments.reduce((sum, { amount }) => sum + amount, 0n),
    fee: payments.reduce((sum, { fee }) => sum + fee, 0n),
  };
}

/** What the releaser signs for captures of one entry whose pay goes to the Distributor in one sum. */
export function releasePoolMessage(at: EscrowAt, entry: Hex, pool: EscrowPool, paidBefore: bigint) {
  return {
    domain: escrowDomain(at),
    types: { ReleasePool: RELEASE_POOL_TYPE },
    primaryType: 'ReleasePool',
    message: { entry, ...pool, paidBefore },
  } as const;
}

/** What the releaser signs once nothing is reserved, in flight, in review or appealable: all that the entry will have paid, fees included. */
export function closingStatementMessage(at: EscrowAt, entry: Hex, owedTotal: bigint) {
  return {
    domain: escrowDomain(at),
    types: { ClosingStatement: CLOSING_STATEMENT_TYPE },
    primaryType: 'ClosingStatement',
    message: { entry, owedTotal },
  } as const;
}

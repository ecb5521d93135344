import type { ProblemCode } from './problems.js';

/** Errors of our contracts and of tokens (ERC-6093), by name. What is not here is `chain_refused`. */
export const CONTRACT_PROBLEMS: Readonly<Record<string, ProblemCode>> = {
  // BountyEscrow
  AlreadyFunded: 'authorization_used',
  DeadlinePassed: 'window_closed',
  ExceedsEntry: 'insufficient_funds',
  GraceNotOver: 'grace_not_over',
  NotOpen: 'escrow_not_open',
  OutOfOrder: 'release_out_of_order',
  // Signatures, wherever they are checked
  InvalidSignature: 'signature_invalid',
  // Tokens
  AuthorizationAlreadyUsed: 'authorization_used',
  AuthorizationExpired: 'authorization_expired',
  AuthorizationNotYetValid: 'authorization_expired',
  ERC20InsufficientAllowance: 'insufficient_allowance',
  ERC20InsufficientBalance: 'insufficient_funds',
  NotPayee: 'authorization_mismatch',
  PermitExpired: 'authorization_expired',
  // Distributor
  ClaimExpired: 'authorization_expired',
  NotCovered: 'insufficient_funds',
  // FeedChannel
  ClaimExceedsBalance: 'insufficient_funds',
};

/** What tokens of the older kind say, such as USDC: `Error(string)` with these words. */
const TOKEN_PROBLEMS: Readonly<Record<string, ProblemCode>> = {
  'ERC20: transfer amount exceeds allowance': 'insufficient_allowance',
  'ERC20: transfer amount exceeds balance': 'insufficient_funds',
  'FiatTokenV2: authorization is expired': 'authorization_expired',
  'FiatTokenV2: authorization is not yet valid': 'authorization_expired',
  'FiatTokenV2: authorization is used or canceled': 'authorization_used',
  'FiatTokenV2: caller must be the payee': 'authorization_mismatch',
  'FiatTokenV2: invalid signature': 'signature_invalid',
  'FiatTokenV2: permit is expired': 'authorization_expired',
  "ECRecover: invalid signature 's' value": 'signature_malleable',
  "ECRecover: invalid signature 'v' value": 'signature_malleable',
};

/** What a contract's error is called in the catalogue. `words` are those of `Error(string)`, the one error without a name of its own. */
export function contractProblem(name: string, words: string | null): ProblemCode {
  const known = name === 'Error' ? own(TOKEN_PROBLEMS, words ?? '') : own(CONTRACT_PROBLEMS, name);
  return known ?? 'chain_refused';
}

/** As `contractProblem`, of a reason as an entry tells it: `Name(arguments)`. Null when it was no contract that gave it. */
export function reasonProblem(reason: string): ProblemCode | null {
  if (reason.startsWith('reverted with')) return 'chain_refused';
  const [, name, words] = /^([A-Za-z_$][\w$]*)\((.*)\)$/s.exec(reason) ?? [];
  return name === undefined ? null : contractProblem(name, words ?? null);
}

const own = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

import {
  authorizationOf,
  fundingMessage,
  type Authorization,
  type Chain,
  type EscrowTerms,
  type ProblemCode,
} from '@groundtruth/sdk/protocol';
import { type Hex } from 'viem';
import { DomainError } from '../../../kernel/problem.js';
import type { Instant } from '../../../kernel/clock.js';
import type { Examined } from '../../rail.js';
import { formOf } from './signature.form.js';

/** What an entry asks its funder to sign. */
export interface Asked {
  readonly chain: Chain;
  readonly terms: EscrowTerms;
  readonly id: Hex;
  /** Token base units. */
  readonly amount: bigint;
  readonly valid_before: Instant;
}

/** The message that funds an entry: the one that its authorization must be. */
export const askedMessage = ({ chain, terms, id, amount, valid_before }: Asked) =>
  fundingMessage(chain, terms, id, amount, Math.floor(valid_before / 1_000));

type Field = Exclude<keyof Authorization, 'signature'>;
/** In the order in which they are looked at: the first that differs is answered. */
const FIELDS: readonly (readonly [Field, ProblemCode])[] = [
  ['chain_id', 'authorization_wrong_chain'],
  ['token', 'authorization_wrong_token'],
  ['nonce', 'authorization_mismatch'],
  ['from', 'authorization_mismatch'],
  ['to', 'authorization_mismatch'],
  ['value', 'authorization_mismatch'],
  ['valid_after', 'authorization_mismatch'],
  ['valid_before', 'authorization_mismatch'],
];

/**
 * The signature of an authorization that funds the entry, as far as can be known before the chain has its say.
 * @throws {DomainError} in this order: `signature_invalid` without one; `authorization_wrong_chain`, `authorization_wrong_token`,
 * `authorization_mismatch`, `authorization_expired`; `signature_malleable`, `signature_invalid`; `authorization_used`; `insufficient_funds`.
 */
export async function checkAuthorization(asked: Asked, examined: Examined | null, now: Instant): Promise<Hex> {
  if (!examined)
    throw refusal('signature_invalid', 'the stablecoin rail needs the authorization of the payer', 'authorization');
  const { authorization, payer } = examined;
  const { signature } = authorization;
  checkFields(asked, authorization, now);
  if (!payer.accepts) await checkSignature(asked, signature);
  if (payer.is_spent)
    throw refusal('authorization_used', 'the token has seen this authorization used or cancelled', 'authorization', {
      hint: 'If somebody else sent it, the bounty opens once the chain shows the money. If the payer cancelled it, post the bounty again.',
    });
  if (payer.balance < asked.amount)
    throw refusal('insufficient_funds', 'the payer’s wallet does not hold the amount', 'authorization.from');
  return signature;
}

function checkFields(asked: Asked, said: Authorization, now: Instant): void {
  const expected = authorizationOf(askedMessage(asked), said.signature);
  const wrong = FIELDS.find(([field]) => said[field] !== expected[field]);
  if (!wrong) return;
  const [field, code] = wrong;
  const param = `authorization.${field}`;
  if (field === 'valid_before' && said.valid_before * 1_000 <= now)
    throw refusal('authorization_expired', 'the time of the authorization is over', param, {
      expected: expected[field],
    });
  throw refusal(code, `the entry asks for another ${field}`, param, { expected: expected[field] });
}

/** Of a key: the payer's, and of the two that every signature can be turned into, and of its ways to be written, the one that tokens take. */
async function checkSignature(asked: Asked, signature: Hex): Promise<void> {
  const form = await formOf(askedMessage(asked), signature);
  const param = 'authorization.signature';
  if (form?.signer !== asked.terms.funder)
    throw refusal('signature_invalid', 'the authorization is not signed by the payer', param);
  if (!form.is_canonical)
    throw refusal('signature_malleable', 'expected 65 bytes r, s, v with a low s and v 27 or 28', param);
}

const refusal = (code: ProblemCode, detail: string, param: string, facts = {}): DomainError =>
  new DomainError(code, detail, { param, ...facts });

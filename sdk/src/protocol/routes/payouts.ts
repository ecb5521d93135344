import { z } from 'zod';
import { awardSchema, payoutRootSchema } from '../distributor.js';
import { faucetAnswerSchema, faucetSchema, releaseSchema } from '../escrow.js';
import { listQuerySchema, pageOf } from '../event.js';
import { createPayoutAccountSchema, payoutAccountSchema, payoutSchema } from '../payout.js';
import { read, create, type Route } from './route.js';

/** Money out: to wallets and to banks. */
export const PAYOUTS_ROUTES = {
  create_payout_account: {
    method: 'POST',
    path: '/v1/payout-accounts',
    summary:
      'Contributor: name the wallet that bounties on chain pay to, or open the Stripe account that card money is paid to',
    scope: 'capture',
    ...create,
    body: createPayoutAccountSchema,
    response: payoutAccountSchema,
    errors: [
      'signature_invalid',
      'payment_refused',
      'payout_country_unsupported',
      'policy_refused',
      'policy_held',
      'payout_account_closed',
    ],
  },
  list_payout_accounts: {
    method: 'GET',
    path: '/v1/payout-accounts',
    summary: 'Contributor: where you are paid, what is asked of you, and what waits for what',
    ...read,
    scope: 'capture',
    response: z.object({ data: z.array(payoutAccountSchema) }),
    errors: [],
  },
  list_payouts: {
    method: 'GET',
    path: '/v1/payouts',
    summary: 'Contributor: your payouts to a bank, newest first',
    ...read,
    scope: 'capture',
    query: listQuerySchema,
    response: pageOf(payoutSchema),
    errors: [],
  },
  get_payout: {
    method: 'GET',
    path: '/v1/payouts/:id',
    summary: 'Contributor: one payout, with what a tax return asks',
    ...read,
    scope: 'capture',
    response: payoutSchema,
    errors: ['not_found'],
  },
  faucet: {
    method: 'POST',
    path: '/v1/faucet',
    summary: 'Test mode: test dollars for a wallet on the embedded chain',
    scope: 'read',
    ...create,
    body: faucetSchema,
    response: faucetAnswerSchema,
    errors: ['mode_mismatch'],
  },
  get_release: {
    method: 'GET',
    path: '/v1/captures/:id/release',
    summary: 'Contributor: the signed order to pay a settled capture, which anyone may post to the escrow',
    ...read,
    scope: 'capture',
    response: releaseSchema,
    errors: ['not_found'],
  },
  list_awards: {
    method: 'GET',
    path: '/v1/awards',
    summary:
      'Contributor: what the Distributor owes your wallets by its active root and the next, with the proofs to claim it',
    ...read,
    scope: 'capture',
    response: z.object({ data: z.array(awardSchema) }),
    errors: [],
  },
  get_payout_root: {
    method: 'GET',
    path: '/v1/payout-roots/:id',
    summary: 'The hashed leaves of an epoch of the Distributor, from which anyone who has a salt can make a proof',
    scope: null,
    idempotent: false,
    status: 200,
    query: z.strictObject({ mode: z.enum(['test', 'live']).default('test') }),
    response: payoutRootSchema,
    errors: ['not_found'],
  },
} as const satisfies Record<string, Route>;

import { z } from 'zod';
import { listQuerySchema, pageOf } from '../event.js';
import { balanceSchema, transferSchema } from '../identity.js';
import { read, type Route } from './route.js';

/** What the caller has. */
export const BALANCE_ROUTES = {
  get_balance: {
    method: 'GET',
    path: '/v1/balance',
    summary: 'Balances of this key’s owner',
    ...read,
    response: balanceSchema,
    errors: [],
  },
  list_transfers: {
    method: 'GET',
    path: '/v1/transfers',
    summary: 'Transfers of this key’s owner in one fund, newest first',
    ...read,
    query: listQuerySchema.extend({ fund: z.enum(['sandbox', 'card', 'test_usd', 'usdc']).optional() }),
    response: pageOf(transferSchema),
    errors: [],
  },
} as const satisfies Record<string, Route>;

import { Injectable } from '@nestjs/common';
import type { Mode } from '@groundtruth/sdk/protocol';
import type { Tx } from '../../platform/database/index.js';
import { ExtOps } from '../stripe/ext-ops.js';
import { StripeInbox } from '../stripe/inbox.js';
import type { InboxEvent } from '../stripe/inbox.repository.js';
import { AccountReader } from './account.reader.js';
import { BANK_EVENTS, type AccountSnapshot } from './account.snapshot.js';
import { AccountSync } from './account.sync.js';
import { PayoutTransfers } from './payout.transfers.js';
import { Reversals } from './reversals.js';

/** Which events of Stripe are about card money going out. Which of an account's events it is does not matter: the account is read whole. */
export const PAYOUT_EVENTS = {
  account: [
    'payout.created',
    'payout.updated',
    'payout.paid',
    'payout.failed',
    'payout.canceled',
    'payout.reconciliation_completed',
    'v2.core.account[requirements].updated',
    'v2.core.account[configuration.recipient].capability_status_updated',
    'v2.core.account.closed',
  ],
  bank: BANK_EVENTS,
  transfer: ['transfer.created', 'transfer.updated', 'transfer.reversed'],
} as const;

/** Joins the inbox, and what sends effects, with what takes the objects. */
@Injectable()
export class PayoutEvents {
  constructor(
    inbox: StripeInbox,
    ops: ExtOps,
    reader: AccountReader,
    sync: AccountSync,
    transfers: PayoutTransfers,
    reversals: Reversals,
  ) {
    ops.register(transfers);
    ops.register(reversals);
    const apply = (tx: Tx, mode: Mode, seen: AccountSnapshot): Promise<void> => sync.apply(tx, mode, seen);
    inbox.on(PAYOUT_EVENTS.account, {
      fetch: (stripe, event) => reader.read(stripe, event.mode, accountOf(event)),
      apply,
    });
    inbox.on(PAYOUT_EVENTS.bank, {
      fetch: (stripe, { mode, account }) => reader.read(stripe, mode, account),
      apply: async (tx, mode, seen) => {
        await sync.newBank(tx, mode, seen.account);
        await apply(tx, mode, seen);
      },
    });
    inbox.on(PAYOUT_EVENTS.transfer, {
      fetch: async (stripe, { mode, object_id }) => {
        if (object_id === null) return null;
        const { destination } = await stripe.transfers.retrieve(object_id);
        return reader.read(stripe, mode, typeof destination === 'string' ? destination : (destination?.id ?? null));
      },
      apply,
    });
  }
}

/** Of a v1 event the account it happened on, null for our own; a v2 one is about the account itself. */
const accountOf = ({ type, account, object_id }: InboxEvent): string | null =>
  type.startsWith('v2.') ? object_id : account;

import type { EntryState } from '@groundtruth/sdk/protocol';

export type EntryEvent =
  'submit' | 'fund' | 'unfund' | 'refuse' | 'abandon' | 'close' | 'end' | 'reclaim' | 'reopen' | 'restore';

/**
 * What may happen to an escrow entry. `fund` needs no `submit`: anyone who holds the authorization may send it. `refuse`: the token or the
 * escrow took no money; another authorization may follow. `abandon`: the bounty ended before any money came. `close`: the closing statement is
 * ordered. `end`: the chain shows it, and every release is paid. `reclaim`: the funder took the rest back for want of a statement, and nothing
 * will ever be paid. `unfund`, `reopen` and `restore` take back what an abandoned block said.
 */
export const ENTRY_TRANSITIONS = {
  offered: { submit: 'submitted', fund: 'funded', abandon: 'closed' },
  submitted: { fund: 'funded', refuse: 'failed' },
  failed: { submit: 'submitted', fund: 'funded', abandon: 'closed' },
  // Whoever sent it may not send it again, so another authorization may follow here too.
  funded: { close: 'closing', reclaim: 'closed', unfund: 'failed' },
  closing: { end: 'closed', reclaim: 'closed' },
  // An authorization that outlived its bounty still lands: what it brought is sent back.
  closed: { fund: 'funded', reopen: 'closing', restore: 'funded' },
} as const satisfies Record<EntryState, Partial<Record<EntryEvent, EntryState>>>;

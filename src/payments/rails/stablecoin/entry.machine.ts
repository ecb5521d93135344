import type { EntryState } from '@groundtruth/sdk/protocol';

export type EntryEvent = 'submit' | 'fund' | 'unfund' | 'refuse' | 'abandon' | 'close' | 'end' | 'reopen';

/**
 * What may happen to an escrow entry. `fund` needs no `submit`: anyone who holds the authorization may send it. `refuse`: the token or the
 * escrow took no money; another authorization may follow. `abandon`: the bounty ended before any money came. `close`: the closing statement is
 * ordered. `end`: the chain shows it, and every release is paid. `unfund` and `reopen` take back what an abandoned block said.
 */
export const ENTRY_TRANSITIONS = {
  offered: { submit: 'submitted', fund: 'funded', abandon: 'closed' },
  submitted: { fund: 'funded', refuse: 'failed' },
  failed: { submit: 'submitted', fund: 'funded', abandon: 'closed' },
  funded: { close: 'closing', unfund: 'submitted' },
  closing: { end: 'closed' },
  // An authorization that outlived its bounty still lands: what it brought is sent back.
  closed: { fund: 'funded', reopen: 'closing' },
} as const satisfies Record<EntryState, Partial<Record<EntryEvent, EntryState>>>;

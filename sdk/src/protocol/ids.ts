import { z } from 'zod';

/** Prefix of each kind of resource (DESIGN §2). */
export const ID_PREFIXES = {
  agent: 'agt',
  contributor: 'ctr',
  operator: 'opr',
  device: 'dev',
  bounty: 'bty',
  reference: 'ref',
  offer: 'off',
  invitation: 'inv',
  pledge: 'plg',
  standing_bounty: 'stb',
  standing_run: 'srn',
  application: 'app',
  draw: 'drw',
  reservation: 'rsv',
  challenge: 'chl',
  seal: 'seal',
  capture: 'cap',
  verdict: 'vrd',
  review: 'rev',
  dispute: 'dsp',
  observation: 'obs',
  feed: 'fed',
  subscription: 'sub',
  event: 'evt',
  account: 'acc',
  transfer: 'trf',
  suspended_area: 'sus',
  policy_hold: 'phd',
  payout_root: 'prt',
  top_up: 'top',
  payout_account: 'pac',
  payout: 'pyt',
  payout_stop: 'pst',
  earnings_hold: 'ehd',
  webhook_endpoint: 'whe',
  simulation: 'sim',
} as const;

export type IdKind = keyof typeof ID_PREFIXES;

/** `bty_` + 32 hex digits of a UUID. A capture id does not type-check as a bounty id. */
export type Id<K extends IdKind> = `${(typeof ID_PREFIXES)[K]}_${string}` & { readonly __kind: K };

/** Schema of one kind of id; parsing narrows the type. */
export function idSchema<K extends IdKind>(kind: K) {
  const pattern = new RegExp(`^${ID_PREFIXES[kind]}_[0-9a-f]{32}$`);
  return z
    .string()
    .regex(pattern, `expected ${ID_PREFIXES[kind]}_ and 32 hex digits`)
    .transform((value) => value as Id<K>);
}

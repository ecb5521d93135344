export const CHAIN_TX_STATES = ['open', 'mined', 'final', 'displaced'] as const;
export type ChainTxState = (typeof CHAIN_TX_STATES)[number];
export type ChainTxEvent = 'mine' | 'vanish' | 'settle' | 'displace';

/**
 * What may happen to a nonce we have used: one of its attempts is mined and stays, or a transaction that is not ours takes it. Also what
 * lay as deep as its operation asked for can be abandoned, with a chain that goes back further.
 */
export const CHAIN_TX_TRANSITIONS = {
  open: { mine: 'mined', displace: 'displaced' },
  mined: { vanish: 'open', settle: 'final' },
  final: { vanish: 'open' },
  displaced: {},
} as const satisfies Record<ChainTxState, Partial<Record<ChainTxEvent, ChainTxState>>>;

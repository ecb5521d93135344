export const CHANNEL_STATES = ['open', 'refunding', 'frozen'] as const;
export type ChannelRowState = (typeof CHANNEL_STATES)[number];
export type ChannelEvent = 'refund' | 'returned' | 'freeze' | 'thaw';

/**
 * What may happen to a payment channel. Only an open one is charged. `refund`: what is not charged is on its way back, and vouchers wait.
 * `freeze`: the payer announced a withdrawal, or less is left than was charged. `thaw`: the chain shows neither any more.
 */
export const CHANNEL_TRANSITIONS = {
  open: { refund: 'refunding', freeze: 'frozen' },
  refunding: { returned: 'open', freeze: 'frozen' },
  frozen: { thaw: 'open' },
} as const satisfies Record<ChannelRowState, Partial<Record<ChannelEvent, ChannelRowState>>>;

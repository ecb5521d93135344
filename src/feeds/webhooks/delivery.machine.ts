export type DeliveryState = 'pending' | 'delivered' | 'dead';
export type DeliveryEvent = 'deliver' | 'give_up' | 'replay';

/** One message to one endpoint. A failed attempt leaves it `pending`, due later, until its time is over. */
export const DELIVERY_TRANSITIONS = {
  pending: { deliver: 'delivered', give_up: 'dead' },
  delivered: { replay: 'pending' },
  dead: { replay: 'pending' },
} as const satisfies Record<DeliveryState, Partial<Record<DeliveryEvent, DeliveryState>>>;

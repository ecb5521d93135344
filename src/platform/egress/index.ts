export { destinationOf, DestinationRefused } from './destination.js';
export { Egress } from './egress.js';
export type { EgressAnswer } from './exchange.js';
export { egressPolicies, type EgressPolicy } from './policy.js';

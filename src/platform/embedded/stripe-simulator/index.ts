export { startStripeSimulator } from './start.js';
export type { StripeSimulator, StripeSimulatorOptions } from './start.js';
export type { StripeSimulatorControl } from './control/control.js';
export type { Fault, FaultKind } from './http/faults.js';

export { LossReserve } from './loss-reserve.js';
export { FEES_COUNT_S, refundOf } from './loss-reserve.rules.js';
export { PaymentsModule } from './payments.module.js';
export { Rail, type HeldBounty, type Settlement } from './rail.js';
export { ReadTill } from './read.till.js';

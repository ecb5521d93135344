export { PaymentsModule } from './payments.module.js';
export { Rail, type HeldBounty, type Settlement } from './rail.js';
export { ReadTill } from './read.till.js';

export { DISPUTE_TRANSITIONS } from './dispute.machine.js';
export { DisputesRepository } from './disputes.repository.js';
export { VERDICT_SIGNERS, type VerdictSigners } from './verdict.signers.js';
export { VerdictsRepository, type VerdictRow } from './verdicts.repository.js';
export { VerificationModule } from './verification.module.js';
export { VerificationSubscriptions } from './verification.subscriptions.js';
export { VerificationSweep } from './verification.sweep.js';

export { VERDICT_SIGNERS, type VerdictSigners } from './verdict.signers.js';
export { VerdictsRepository, type VerdictRow } from './verdicts.repository.js';
export { VerificationModule } from './verification.module.js';
export { VerificationSubscriptions } from './verification.subscriptions.js';
export { VerificationSweep } from './verification.sweep.js';

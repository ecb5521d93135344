export { areasMeet } from './geometry.js';
export type { PolicyFacts, SanctionsList, SuspendedArea } from './facts.js';
export { POLICY_HOLD_TRANSITIONS } from './holds/hold.machine.js';
export { PolicyHolds } from './holds/holds.service.js';
export { PolicyModule } from './policy.module.js';
export { PolicyGate } from './policy.service.js';
export type { KnownFacts } from './policy.world.js';
export { readSanctions, type SanctionsFile } from './sanctions/sanctions.list.js';
export { readSdnCsv } from './sanctions/sdn.csv.js';
export { SanctionsSource } from './sanctions/sanctions.source.js';
export type {
  BountySubject,
  CaptureSubject,
  MoneySubject,
  Party,
  PolicyDecision,
  ReserveSubject,
  Stage,
  SubjectOf,
} from './stages.js';

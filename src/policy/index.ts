export { areasMeet } from './geometry.js';
export { PolicyModule } from './policy.module.js';
export { PolicyGate, type KnownFacts } from './policy.service.js';
export type {
  BountySubject,
  CaptureSubject,
  MoneySubject,
  Party,
  PolicyDecision,
  PolicyFacts,
  ReserveSubject,
  SanctionsList,
  Stage,
  SubjectOf,
  SuspendedArea,
} from './stages.js';

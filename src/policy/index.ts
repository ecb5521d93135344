export { decide } from './decide.js';
export { areasMeet } from './geometry.js';
export { loadPack, Pack, type PackData } from './pack.js';
export { PACK_V1 } from './packs/v1.js';
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

export { auditLog, type AuditedLog, type AuditOptions } from './audit-log.js';
export { checkedCheckpoint, type CheckedCheckpoint, type Witnessing } from './checkpoint.js';
export { type LoggedLeaf } from './entries.js';
export { LOG_FAULTS, LogFault, type LogFaultCode } from './fault.js';
export { httpLogSource } from './http-source.js';
export { auditInclusion } from './inclusion.js';
export { type LogSource } from './source.js';
export { type TrustedLog } from './trusted.js';
export { provesGrowth } from './tree.js';

export { AuditEmitter, auditEventId, type AuditRecord, type AuditStepInput } from './audit-emitter.js';
export { parseAuditEvent } from './audit-event.schema.js';
export { missingSteps, type Trail, type TrailEnd } from './trail.js';
export { stableDigest, verifyAuditRecord, type AuditViolation, type VerifiedRecord } from './verify-record.js';

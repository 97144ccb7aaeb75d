import { canonicalJson, payloadDigest, sha256Hex } from '../canonical.js';
import type { AuditEvent } from '../domain/audit-event.js';
import type { DeadlineClock } from '../domain/clocks.js';
import type { OperationCommand, OperationProgress, StageCommand } from '../domain/control-command.js';
import type { ErrorEvent, Outcome } from '../domain/outcome.js';
import type { CustodyRecord, ExtractedEvent, RecordManifest, RecordsRequest } from '../domain/records.js';
import type { TopicLag } from '../domain/topic-lag.js';
import type { WorkUnit } from '../domain/work-unit.js';
import { extractionRequests } from '../grants/extraction-request.js';
import { correlationId, grantSubject, recordSubject } from '../ids.js';
import { violation } from '../errors.js';

/** One story in examples: a grant and a document, and what becomes of them. */

const AT = '2026-11-20T14:05:09.120Z';
const LATER = '2026-11-20T14:05:11.402Z';

export const grant = {
  grantId: 'GR-2027-0002', applicantOrg: 'Example County Airport Authority', applicantUei: 'YNDUZMUZF8H8', funder: 'funder-steady',
  requestedAmount: '106700.50', currencyCode: 'USD', submissionDeadline: '2027-06-30',
};

export const manifest: RecordManifest = {
  requestId: 'FOIA-2026-0001', jurisdiction: 'US', documentId: 'DOC-2026-0002', repository: 'city-repository', version: '1',
  uri: 'store://repository/scan-single-page.pdf', digest: '0ad426646faf59a16d887af0ca763405e165bb478e813df8677fd3612ece8269', size: 179_816,
  mediaType: 'application/pdf', pages: 1,
};

const GRANT_ID = correlationId('county-grants', '/tenants/county-grants/sync', 'GR-2027-0002/1', grantSubject('county-grants', grant));
const RECORD_ID = correlationId('city-records', '/tenants/city-records/repository', 'DOC-2026-0002/1', recordSubject('city-records', manifest));

export const grantUnit: WorkUnit = {
  correlationId: GRANT_ID, batchTraceId: GRANT_ID, tenant: 'county-grants', kind: 'grant', receivedAt: AT, digest: payloadDigest(grant), payload: grant,
};

export const recordUnit: WorkUnit = {
  correlationId: RECORD_ID, batchTraceId: RECORD_ID, tenant: 'city-records', kind: 'record', receivedAt: AT, digest: payloadDigest(manifest), payload: manifest,
};

export const [extractionRequest] = extractionRequests(grantUnit, {
  grantId: grant.grantId, attachments: [{ uri: 'store://grants/budget-narrative.pdf', digest: manifest.digest, mediaType: 'application/pdf' }],
});

export const custody: CustodyRecord = {
  documentId: manifest.documentId, repository: manifest.repository, version: manifest.version, digest: manifest.digest, status: 'active',
  retention: { status: 'active', until: '2033-12-31' },
};

export const recordsRequest: RecordsRequest = { requestId: 'FOIA-2026-0001', jurisdiction: 'US', receivedOn: '2026-11-20', tenant: 'city-records' };

export const clock: DeadlineClock = {
  ...recordsRequest, kind: 'determination', days: 20, unit: 'working-days', citation: '5 USC 552(a)(6)', escalateOn: '2026-12-15', dueOn: '2026-12-21',
  skipped: [{ date: '2026-11-26', reason: 'Thanksgiving Day' }], holidays: 'us-federal-2026',
};

export const extracted: ExtractedEvent = {
  correlationId: RECORD_ID, requestId: manifest.requestId, documentId: manifest.documentId, documentDigest: manifest.digest, documentUri: manifest.uri,
  textUri: 'store://records-standard/text/3f0b.txt', textDigest: sha256Hex('text'), degraded: false, words: 212, meanConfidence: 93.5,
  pages: [{ page: 1, method: 'ocr', words: 212, confidence: 93.5 }], findings: [],
};

const unit = {
  kind: 'grant', tenant: 'county-grants', digest: grantUnit.digest, receivedAt: AT, ids: { grantId: grant.grantId, funder: grant.funder },
} as const;

export const submitted: Outcome = {
  correlationId: GRANT_ID, batchTraceId: GRANT_ID, state: 'submitted', lane: 'standard', stage: 'executor', attempts: 1, closedAt: LATER, unit,
  references: { receiptId: 'R-1042', applicationId: 'A-77', replayed: false },
};

export const rejected: Outcome = {
  correlationId: GRANT_ID, batchTraceId: GRANT_ID, state: 'rejected', lane: 'standard', stage: 'validator.grants', attempts: 1, closedAt: LATER,
  code: 'DOCKET_RULE_DATE_ISO8601', rules: ['DATE-ISO8601'], unit,
};

export const error: ErrorEvent = {
  correlationId: GRANT_ID, batchTraceId: GRANT_ID, stage: 'validator.grants', category: 'validation', code: 'DOCKET_RULE_DATE_ISO8601',
  message: 'the payload breaks 1 rule(s)', attempts: 1, at: LATER, origin: { topic: 'grants.work-units', partition: 3, offset: '41' },
  violations: [violation('DATE-ISO8601', '$.submissionDeadline', 'a date that exists, as YYYY-MM-DD', 'a date that exists, as YYYY-MM-DD', 'string')],
};

export const audit: AuditEvent = {
  specversion: '1.0', type: 'docket.audit.completed.v1', source: '/docket/executor/standard', subject: GRANT_ID, time: LATER,
  dataschema: 'urn:docket:schema:audit-event:v1', id: sha256Hex(canonicalJson(['example'])),
  data: {
    actor: { type: 'service', uid: 'executor' }, action: 'executor', outcome: { status: 'success', code: 'submitted' },
    object: { uid: GRANT_ID, digest: grantUnit.digest }, input: { topic: 'grants.validated', partition: 2, offset: '17' }, attempt: 1,
    trace: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', batchTraceId: GRANT_ID },
    exec: { instance: 'executor-0', seq: 12, prev: sha256Hex('the event before') },
  },
};

const asked = { by: 'operator-1', at: AT, reason: 'the funder is back' };
const OPERATION = '7d4f0a52-9a3e-4f8b-8a57-1a2f7e6b9c10';

export const pause: StageCommand = { kind: 'stage', stage: 'executor', state: 'paused', ...asked };

export const redrive: OperationCommand = {
  kind: 'redrive', id: OPERATION, stage: 'executor', state: 'requested', partitions: { 2: { from: '0', upTo: '14' } }, causes: ['86d807c08293'], units: [],
  ratePerSecond: 10, planned: 14, ...asked,
};

export const progress: OperationProgress = {
  kind: 'progress', id: OPERATION, partition: 2, state: 'done', redriven: 13, refused: 1, failedAgain: 0, position: '14', at: LATER,
};

export const lag: TopicLag = {
  group: 'docket-executor', topic: 'grants.validated', records: 120, seconds: 3.2, drainSeconds: 5.5, status: 'OK', at: AT,
};

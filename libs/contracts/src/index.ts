export { canonicalJson, payloadDigest, sha256Hex, SHA256_HEX } from './canonical.js';
export { systemClock, type Clock } from './clock.js';
export { AUDIT_MAX_BYTES, AUDIT_SCHEMA, AUDIT_STEPS, type AuditEvent, type AuditStep } from './domain/audit-event.js';
export {
  causeOf, controlKey, MAX_OPERATION_RATE, parseControlCommand,
  type ControlCommand, type OperationCommand, type OperationProgress, type Request as OperatorRequest, type StageCommand,
} from './domain/control-command.js';
export { type DeadlineClock } from './domain/clocks.js';
export { OUTCOMES, type ErrorCategory, type ErrorEvent, type Outcome, type OutcomeState, type References } from './domain/outcome.js';
export {
  custodyKey, grantOf, REQUEST_SEEN, type AttachmentManifest, type CustodyRecord, type ExtractedEvent, type ExtractedPage, type ExtractionManifest,
  type GrantLink, type PageMethod, type RecordManifest, type RecordsRequest,
} from './domain/records.js';
export { describeUnit, parseWorkUnit, type UnitDescriptor, type UnitKind, type WorkUnit } from './domain/work-unit.js';
export {
  DocketError, InvalidPayloadError, isDocketError, poison, ruleCode, RULES, violation,
  type DocketCode, type DocketErrorOptions, type FailureKind, type RuleId, type Violation,
} from './errors.js';
export { correlationId, grantSubject, lengthPrefixed, originId, outputId, recordSubject, UUID, uuidV5 } from './ids.js';
export { HEADER, isTraceparent, isUuid, readEnvelope, type Headers, type InboundEnvelope } from './kafka/headers.js';
export { COMPONENTS, LANES, ownTopics, RETRY_TIERS, stagesOf, stageSpec, type Component, type Lane, type StageSpec } from './kafka/stages.js';
export { laneTopic, ledgerDays, stageTopics, topicCatalogue, type CatalogueOptions, type TopicSpec } from './kafka/topics.js';
export { DEFAULT_LABELS, METRICS, type MetricName, type MetricSpec, type MetricType } from './metrics.js';
export { parseStrictJson } from './strict-json.js';
export { Attachment, Budget, BudgetLine, BudgetNormalization, GrantForm, GrantPayload } from './grants/grant-payload.dto.js';
export { RecordManifestPayload } from './records/record-manifest.dto.js';
export { isCalendarDate } from './rules/constraints.js';
export { currencyRegistryVersion, decimalsOf, isPayable, minorUnits, spendableCurrencies, useCurrencyRegistry } from './rules/currency.js';
export { parseCurrencyRegistry, type Currency, type CurrencyRegistry } from './rules/currency-registry.js';
export { jsonTypeOf, memberPath } from './rules/json-path.js';
export { ATTACHMENT_REPOSITORY, extractionReferences, extractionRequestId, extractionRequests, type ExtractionRequest } from './grants/extraction-request.js';
export { laneOfMarking, stricterLane } from './domain/marking.js';
export { ManualClock } from './manual-clock.js';
export { watchedGroups, type WatchedGroup } from './kafka/watched-groups.js';
export { GROUP_HEALTH, lagKey, type GroupHealth, type TopicLag } from './domain/topic-lag.js';
export { breaksOf, misread, type Break } from './schemas/compatibility.js';
export { asyncApiDocument } from './schemas/asyncapi.js';
export { EVENT_TYPES, HEADER_SCHEMAS, schemaUrn, type Direction, type Envelope, type EventType } from './schemas/event-types.js';
export { type JsonSchema } from './schemas/json-schema.js';
export { payloadSchemas } from './schemas/unit-schemas.js';

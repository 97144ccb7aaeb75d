import { HEADER } from '../kafka/headers.js';
import { instant, lane, pattern, sha256, text, uuid } from './fields.js';
import type { JsonSchema } from './json-schema.js';

/** Kafka record headers, decoded as UTF-8. Headers of other names are allowed everywhere and not passed on. */

const traceparent = pattern('W3C trace context.', /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/);

/** Retry topics, which only their stage reads, count in milliseconds. */
const failure = (which: string) => pattern(
  `${which}: ISO 8601, UTC, milliseconds; on a retry topic milliseconds since the epoch, and absent where the unit only waits for one before it.`,
  /^(\d+|\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z)$/,
);

const given = (description: string) => text(description, { pattern: '\\S' });

/** What upstream must and may set on the inbound topics. */
export const upstreamHeaders: JsonSchema = {
  type: 'object',
  properties: {
    [HEADER.specVersion]: text('CloudEvents version, `1.0`; not read.'),
    [HEADER.id]: given('Id of the event at its source. The same id from the same source about the same subject is the same unit.'),
    [HEADER.source]: given('The source. Intake knows its tenant; a record of an unknown source goes to the dead-letter topic.'),
    [HEADER.type]: given('Type of the event.'),
    [HEADER.subject]: text('CloudEvents subject; not read.'),
    [HEADER.time]: text("CloudEvents time; not read: the broker's time counts."),
    [HEADER.dataSchema]: text('URI of the schema; not read.'),
    [HEADER.contentType]: text('Must be JSON.', { pattern: '^application/([\\w.+-]+\\+)?json(;|$)' }),
    [HEADER.traceparent]: text('W3C trace context. Intake makes one where it is missing or not well-formed.'),
    [HEADER.tracestate]: text('W3C trace state.'),
    [HEADER.batchTraceId]: uuid('What was sent together; where it is missing the unit is a batch of its own'),
    [HEADER.digest]: sha256('Digest of the RFC 8785 form of the payload: verified where it is given (SEC-HASH-01), filled by intake where not'),
  },
  required: [HEADER.id, HEADER.source, HEADER.type, HEADER.contentType],
};

/** What a stage sets on everything that it makes. */
export const stageHeaders: JsonSchema = {
  type: 'object',
  properties: {
    [HEADER.specVersion]: text('CloudEvents version.', { pattern: '^1\\.0$' }),
    [HEADER.id]: pattern('Deterministic: the event of a step done again has the same.', /^[0-9a-f]{32}$/),
    [HEADER.source]: pattern('`/docket/` and the stage.', /^\/docket\/\S+$/),
    [HEADER.type]: given('Type of the event.'),
    [HEADER.subject]: uuid('Correlation id of the unit'),
    [HEADER.time]: instant('When the stage made it'),
    [HEADER.contentType]: given('Media type of the value.'),
    [HEADER.correlationId]: uuid('Correlation id of the unit'),
    [HEADER.batchTraceId]: uuid('What was sent together'),
    [HEADER.digest]: sha256('Digest of the RFC 8785 form of the payload, or of the bytes where they could not be read'),
    [HEADER.lane]: lane,
    [HEADER.orderKey]: text('Records of one order key are handled in their order.'),
    [HEADER.traceparent]: traceparent,
    [HEADER.tracestate]: text('W3C trace state.'),
  },
  required: [
    HEADER.specVersion, HEADER.id, HEADER.source, HEADER.type, HEADER.subject, HEADER.time, HEADER.contentType, HEADER.correlationId,
    HEADER.batchTraceId, HEADER.digest, HEADER.lane,
  ],
};

/** What a stage adds where it sets an input aside, to be tried again or looked at: the input's headers stay. */
export const copyHeaders: JsonSchema = {
  type: 'object',
  properties: {
    [HEADER.correlationId]: uuid('Correlation id of the unit'),
    [HEADER.batchTraceId]: uuid('What was sent together'),
    [HEADER.origin]: pattern('Where the input lay: topic/partition/offset.', /^[^/]+\/\d+\/\d+$/),
    [HEADER.errorCode]: pattern('Why it was set aside.', /^DOCKET_[A-Z0-9_]+$/),
    [HEADER.attempt]: pattern('Times that the stage tried.', /^\d+$/),
    [HEADER.unit]: pattern("The ledger's id of the unit.", /^[0-9a-f]{32}$/),
    [HEADER.firstFailure]: failure('First failure'),
    [HEADER.lastFailure]: failure('Last failure'),
    [HEADER.notBefore]: pattern('Not tried again before; milliseconds since the epoch.', /^\d+$/),
    [HEADER.hop]: pattern('On a retry topic: how often it passed through one.', /^\d+$/),
    [HEADER.appendedAt]: pattern("On a retry topic: the broker's time of the input, milliseconds since the epoch.", /^\d+$/),
    [HEADER.operation]: uuid('Redrive or release that put it back'),
  },
  required: [
    HEADER.correlationId, HEADER.batchTraceId, HEADER.origin, HEADER.errorCode, HEADER.attempt, HEADER.unit,
  ],
};

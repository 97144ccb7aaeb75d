import { REQUEST_SEEN } from '../domain/records.js';
import { LANES, type Lane } from '../kafka/stages.js';
import { laneTopic } from '../kafka/topics.js';
import { controlCommand, topicLag } from './control-schemas.js';
import * as example from './examples.js';
import { copyHeaders, stageHeaders, upstreamHeaders } from './header-schemas.js';
import { JSON_SCHEMA_DIALECT, type JsonSchema } from './json-schema.js';
import { custodyRecord, deadlineClock, extractedEvent, recordsRequest } from './record-schemas.js';
import { auditEvent, errorEvent, outcome } from './result-schemas.js';
import { payloadSchemas, workUnit } from './unit-schemas.js';

/** Who is on the other side: outsiders that write, outsiders that read, or Docket's own services on both. */
export type Direction = 'write' | 'read' | 'internal';

/** Whose headers a record of the type has; `none`: no header is read. */
export type Envelope = 'upstream' | 'stage' | 'none';

/** A kind of record whose value is JSON, with its schema. */
export interface EventType {
  /** Its `ce_type`, and the name of its file. */
  readonly name: string;
  readonly direction: Direction;
  readonly envelope: Envelope;
  /** Topics of the catalogue on which it is written. */
  readonly topics: readonly string[];
  readonly schema: JsonSchema;
}

const perLane = (name: string) => LANES.map((lane: Lane) => `records.${lane}.${name}`);
const shared = (name: Parameters<typeof laneTopic>[1]) => [...new Set(LANES.map((lane) => laneTopic(lane, name)))];

interface Given extends Omit<EventType, 'schema'> {
  readonly title: string;
  readonly description: string;
  readonly schema: JsonSchema;
  readonly examples: readonly unknown[];
}

function eventType({ title, description, schema, examples, ...type }: Given): EventType {
  return { ...type, schema: described(type.name, title, description, schema, examples) };
}

function described(name: string, title: string, description: string, schema: JsonSchema, examples: readonly unknown[]): JsonSchema {
  return { $schema: JSON_SCHEMA_DIALECT, $id: schemaUrn(name), title, description, ...schema, ...(examples.length > 0 && { examples }) };
}

/** `docket.audit-event.v1` is `urn:docket:schema:audit-event:v1`. */
export function schemaUrn(name: string): string {
  const [, subject, version] = /^docket\.(.+)\.(v\d+)$/.exec(name) ?? [];
  if (subject === undefined || version === undefined) throw new Error(`an event type is called docket.<subject>.v<number>: ${name}`);
  return `urn:docket:schema:${subject}:${version}`;
}

const request = { schema: recordsRequest, topics: ['records.requests'], examples: [example.recordsRequest] };

/** Every type of record whose value Docket defines, sorted by name. Set-aside inputs, the ledger and intents are no events: see the guide. */
export const EVENT_TYPES: readonly EventType[] = [
  eventType({
    name: 'docket.audit-event.v1', title: 'Audit event', direction: 'read', envelope: 'none', topics: shared('audit.log'), schema: auditEvent, examples: [example.audit],
    description: 'One step of one unit: CloudEvents JSON in RFC 8785 form, at most 64 KiB. The record key is the SHA-256 (hex) of the value; `type` stands in the value, not in a header.',
  }),
  eventType({
    name: 'docket.control.command.v1', title: 'Control command', direction: 'internal', envelope: 'none', topics: shared('control.commands'),
    schema: controlCommand, examples: [example.pause, example.redrive, example.progress],
    description: 'What people want of a stage, and how far a redrive or release is.',
  }),
  eventType({
    name: 'docket.deadline.clock.v1', title: 'Statutory clock', direction: 'read', envelope: 'stage', topics: ['deadlines.clocks'], schema: deadlineClock,
    examples: [example.clock],
    description: 'When a public-records request must be answered, with every day that does not count. Dates are calendar dates of the jurisdiction. The latest of a request replaces those before.',
  }),
  eventType({
    name: 'docket.error.v1', title: 'Error', direction: 'read', envelope: 'stage', topics: shared('errors'), schema: errorEvent, examples: [example.error],
    description: 'Why a unit did not go on (AUD-ERROR-01), with every rule broken; never payload values.',
  }),
  eventType({
    name: 'docket.extraction.requested.v1', title: 'Extraction requested', direction: 'internal', envelope: 'stage',
    topics: ['records.standard.validated', 'records.pii.validated'],
    schema: workUnit('record', { description: 'The manifest of a grant attachment, with a link to its grant.', type: 'object' }), examples: [example.extractionRequest],
    description: 'An attachment of a grant that nobody has parsed yet, to be extracted; no custody record vouches for it.',
  }),
  eventType({
    name: 'docket.grant.received.v1', title: 'Grant received', direction: 'internal', envelope: 'upstream', topics: ['grants.submissions'],
    schema: { description: 'What the sender wrote, not judged yet.', type: 'object' }, examples: [example.grant],
    description: 'A submission over HTTP, byte for byte, as it was answered 202.',
  }),
  eventType({
    name: 'docket.grant.submission.v1', title: 'Grant application', direction: 'write', envelope: 'upstream', topics: ['grants.inbound'],
    schema: payloadSchemas.grant, examples: [example.grant],
    description: 'A grant application to be submitted to a funder: strict JSON, at most 256 KiB. No value is coerced; every rule broken is told at once, see docs/rules.md.',
  }),
  eventType({
    name: 'docket.grant.validated.v1', title: 'Validated grant', direction: 'internal', envelope: 'stage', topics: ['grants.validated'],
    schema: workUnit('grant', { description: 'The payload, valid by docket.grant.submission.v1.', type: 'object' }), examples: [example.grantUnit],
    description: 'A grant that keeps every rule, ready for its funder; the work unit byte for byte.',
  }),
  eventType({
    name: 'docket.grant.work-unit.v1', title: 'Grant work unit', direction: 'internal', envelope: 'stage', topics: ['grants.work-units'],
    schema: workUnit('grant', { description: 'What the sender wrote, not judged yet: any JSON value.' }), examples: [example.grantUnit],
    description: 'A grant as intake took it; immutable once made.',
  }),
  eventType({
    name: 'docket.lag.v1', title: 'Lag of a group', direction: 'internal', envelope: 'none', topics: shared('control.lag'), schema: topicLag, examples: [example.lag],
    description: 'What a consumer group has yet to read of a topic. The latest of a group and topic replaces those before.',
  }),
  eventType({
    name: 'docket.outcome.v1', title: 'Outcome', direction: 'read', envelope: 'stage', topics: shared('outcomes'), schema: outcome,
    examples: [example.submitted, example.rejected],
    description: 'Where a unit ended, by correlation id; never payload. The latest replaces those before: a parked or dead unit that is put back ends anew.',
  }),
  eventType({
    name: 'docket.record.custody.v1', title: 'Custody record', direction: 'write', envelope: 'none', topics: ['records.custody'], schema: custodyRecord,
    examples: [example.custody],
    description: 'What a repository says of a document, keyed by `<repository>/<documentId>`; the latest replaces those before, a tombstone forgets the document. A record that does not fit is ignored, and the one before it stays.',
  }),
  eventType({
    name: 'docket.record.extracted.v1', title: 'Extracted text', direction: 'read', envelope: 'stage', topics: perLane('extracted'), schema: extractedEvent,
    examples: [example.extracted],
    description: 'The hand-over to redaction: where the text of a document lies, how it was had, and which pages hold personal data.',
  }),
  eventType({
    name: 'docket.record.manifest.v1', title: 'Record manifest', direction: 'write', envelope: 'upstream', topics: perLane('inbound'), schema: payloadSchemas.record,
    examples: [example.manifest],
    description: 'One document of a public-records request, by claim check: strict JSON, at most 256 KiB; the bytes stay where `uri` says.',
  }),
  eventType({
    name: 'docket.record.received.v1', title: 'Manifest received', direction: 'internal', envelope: 'upstream', topics: perLane('submissions'),
    schema: { description: 'What the sender wrote, not judged yet.', type: 'object' }, examples: [example.manifest],
    description: 'One manifest of a batch over HTTP, as it was answered 202.',
  }),
  eventType({
    name: 'docket.record.validated.v1', title: 'Validated record', direction: 'internal', envelope: 'stage', topics: perLane('validated'),
    schema: workUnit('record', { description: 'The manifest, valid by docket.record.manifest.v1.', type: 'object' }), examples: [example.recordUnit],
    description: 'A document whose manifest keeps every rule; the work unit byte for byte.',
  }),
  eventType({
    name: 'docket.record.work-unit.v1', title: 'Record work unit', direction: 'internal', envelope: 'stage', topics: perLane('work-units'),
    schema: workUnit('record', { description: 'What the sender wrote, not judged yet: any JSON value.' }), examples: [example.recordUnit],
    description: 'A document as intake took it; immutable once made. A stage that finds personal data writes it to a stricter lane.',
  }),
  eventType({
    ...request, name: REQUEST_SEEN, title: 'Records request seen', direction: 'internal', envelope: 'upstream',
    description: 'A batch that named the request came in over HTTP. It starts the clock of a request that has none and never moves one.',
  }),
  eventType({
    ...request, name: 'docket.request.received.v1', title: 'Records request received', direction: 'write', envelope: 'upstream',
    description: 'A public-records request came in, or was corrected: its clock starts on `receivedOn`, whatever it was before. Any `ce_type` but docket.records.request-seen.v1 is read so.',
  }),
];

/** Schemas of headers, which are no events: their files stand beside the events'. */
export const HEADER_SCHEMAS: readonly { readonly name: string; readonly direction: Direction; readonly schema: JsonSchema }[] = [
  {
    name: 'docket.headers.set-aside.v1', direction: 'internal',
    schema: described('docket.headers.set-aside.v1', 'Headers of a record set aside', 'On retry, dead-letter, parked and quarantine topics: the headers of the input, and these.', copyHeaders, []),
  },
  {
    name: 'docket.headers.stage.v1', direction: 'read',
    schema: described('docket.headers.stage.v1', 'Headers that stages set', 'CloudEvents 1.0 in Kafka binary mode, W3C trace context, and ids. Values are UTF-8.', stageHeaders, []),
  },
  {
    name: 'docket.headers.upstream.v1', direction: 'write',
    schema: described('docket.headers.upstream.v1', 'Headers that upstream sets', 'CloudEvents 1.0 in Kafka binary mode. Values are UTF-8; other headers are allowed and not passed on.', upstreamHeaders, []),
  },
];

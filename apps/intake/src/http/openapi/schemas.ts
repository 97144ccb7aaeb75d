import { EVENT_TYPES, HEADER, RULES, SHA256_HEX, UUID } from '@docket/contracts';
import { PROBLEMS } from '../problem-catalogue.js';

/** A JSON Schema 2020-12, as OpenAPI 3.1 takes them. */
export type Schema = Readonly<Record<string, unknown>>;

export const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

export const uuid: Schema = { type: 'string', pattern: UUID.source };
export const digest: Schema = { type: 'string', pattern: SHA256_HEX.source, description: 'SHA-256 of the RFC 8785 form of the payload, lower-case hex.' };
export const traceId: Schema = { ...uuid, description: 'Ties requests together; one is made where none was given.' };
export const location: Schema = { type: 'string', format: 'uri', description: "The unit or batch in the console's API: its outcome is found there." };
export const seconds: Schema = { type: 'string', pattern: '^[1-9][0-9]*$', description: 'Seconds.' };

/** Schema files of the events: what is sent is validated against the same rules later. */
function payload(name: string): Schema {
  const { $schema: _dialect, $id: _id, ...schema } = (EVENT_TYPES.find((type) => type.name === name)?.schema ?? { type: 'object' }) as Schema;
  return schema;
}

const violation: Schema = {
  type: 'object',
  required: ['code', 'rule', 'path', 'message', 'expected', 'actualType', 'docs'],
  properties: {
    code: { type: 'string' }, rule: { enum: RULES }, path: { type: 'string', description: 'JSONPath.' }, message: { type: 'string' }, expected: { type: 'string' },
    actualType: { type: 'string' }, docs: { type: 'string' },
  },
  additionalProperties: false,
};

const problem: Schema = {
  type: 'object',
  description: 'RFC 9457.',
  required: ['type', 'title', 'status', 'detail', 'code'],
  properties: {
    type: { type: 'string', format: 'uri-reference', pattern: '/problems/[a-z0-9-]+$', description: 'Can be fetched: it says what the problem means.' },
    title: { type: 'string' },
    status: { type: 'integer', minimum: 400, maximum: 599 },
    detail: { type: 'string', description: 'What to do about this request.' },
    code: { enum: Object.keys(PROBLEMS) },
    reason: { enum: ['throttled', 'shedding', 'blocked'], description: 'Of DOCKET_ADMISSION.' },
    retryAfterSeconds: { type: 'integer', minimum: 1 },
    violations: { type: 'array', minItems: 1, items: violation },
  },
  additionalProperties: false,
};

const accepted: Schema = {
  type: 'object',
  required: ['correlationId', 'batchTraceId', 'digest', 'status'],
  properties: { correlationId: uuid, batchTraceId: traceId, digest, status: { const: 'accepted' } },
  additionalProperties: false,
};

const acceptedBatch: Schema = {
  type: 'object',
  required: ['batchTraceId', 'status', 'units'],
  properties: {
    batchTraceId: traceId,
    status: { const: 'accepted' },
    units: {
      type: 'array', minItems: 1, maxItems: 1_000, description: 'In the order of the manifests.',
      items: { type: 'object', required: ['correlationId', 'digest'], properties: { correlationId: uuid, digest }, additionalProperties: false },
    },
  },
  additionalProperties: false,
};

const line: Schema = { type: 'integer', minimum: 1, description: 'Number of the line in the body, from 1, empty lines counted.' };

const lineResult: Schema = {
  description: 'Result of one line; lines come in the order of the body.',
  oneOf: [
    {
      type: 'object',
      required: ['line', 'status', 'correlationId', 'digest', 'location', 'replayed'],
      properties: { line, status: { const: 202 }, correlationId: uuid, digest, location, replayed: { type: 'boolean', description: 'Whether it was accepted before.' } },
      additionalProperties: false,
    },
    {
      type: 'object',
      required: ['line', 'status', 'problem'],
      properties: { line, status: { type: 'integer', minimum: 400, maximum: 599 }, problem: ref('Problem') },
      additionalProperties: false,
    },
  ],
};

export const SCHEMAS: Readonly<Record<string, Schema>> = {
  GrantSubmission: payload('docket.grant.submission.v1'),
  RecordManifest: payload('docket.record.manifest.v1'),
  Accepted: accepted,
  AcceptedBatch: acceptedBatch,
  LineResult: lineResult,
  Problem: problem,
};

export const REQUEST_HEADERS = {
  key: {
    name: 'Idempotency-Key', required: false,
    description: 'One key for one payload: a repeat is answered as the first was. Bare, or a quoted string. Without it the digest of the payload stands in.',
    schema: { type: 'string', minLength: 1, maxLength: 402 },
  },
  trace: { name: HEADER.batchTraceId, required: false, description: 'Ties requests together.', schema: uuid },
  traceparent: { name: HEADER.traceparent, required: false, description: 'W3C trace context, carried on.', schema: { type: 'string' } },
  digest: { name: HEADER.digest, required: false, description: 'Checked where it is given: SHA-256 of the RFC 8785 form of the body, lower-case hex.', schema: { type: 'string' } },
} as const;

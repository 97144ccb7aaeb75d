import { GrantPayload } from '../grants/grant-payload.dto.js';
import type { UnitDescriptor, UnitKind, WorkUnit } from '../domain/work-unit.js';
import { RecordManifestPayload } from '../records/record-manifest.dto.js';
import { batchTraceId, correlationId, instant, oneOf, sha256, text } from './fields.js';
import { objectOf, type JsonSchema } from './json-schema.js';
import { PAYLOAD_DESCRIPTIONS } from './payload-descriptions.js';
import { payloadSchema } from './payload-schema.js';

/** Schemas of what senders write, from the DTOs that judge it. */
export const payloadSchemas = {
  grant: payloadSchema(GrantPayload, PAYLOAD_DESCRIPTIONS),
  record: payloadSchema(RecordManifestPayload, PAYLOAD_DESCRIPTIONS),
} as const satisfies Record<UnitKind, JsonSchema>;

export function workUnit(kind: UnitKind, payload: JsonSchema): JsonSchema {
  return objectOf<WorkUnit>({
    required: {
      correlationId, batchTraceId,
      tenant: text('Tenant of the sender; it follows from ce_source, never from the payload.'),
      kind: { description: 'Kind of the unit.', type: 'string', const: kind },
      receivedAt: instant("The broker's time of the inbound record"),
      digest: sha256('Digest of the RFC 8785 form of the payload'),
      payload,
    },
  });
}

export const unitDescriptor: JsonSchema = objectOf<UnitDescriptor>({
  required: {
    kind: oneOf('Kind of the unit.', ['grant', 'record']),
    tenant: text('Tenant of the sender.'),
    digest: sha256('Digest of the RFC 8785 form of the payload'),
    receivedAt: instant("The broker's time of the inbound record"),
    ids: {
      description: 'Identifiers of the subject, as far as the payload had them as short strings: grantId and funder; or requestId, documentId, repository and jurisdiction.',
      type: 'object', properties: {}, additionalProperties: { type: 'string', maxLength: 200 },
    },
  },
}, 'The unit in identifiers, never its payload. Absent where the input could not be read.');

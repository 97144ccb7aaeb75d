import { payloadDigest } from '../canonical.js';
import type { AttachmentManifest } from '../domain/records.js';
import type { WorkUnit } from '../domain/work-unit.js';
import { lengthPrefixed, uuidV5 } from '../ids.js';
import type { GrantPayload } from './grant-payload.dto.js';

/** Repository of every grant attachment: none that keeps custody records may be called so. */
export const ATTACHMENT_REPOSITORY = 'grant-attachments';

/** The work unit of an attachment. */
export interface ExtractionRequest extends WorkUnit {
  readonly payload: AttachmentManifest;
}

/** Correlation id of the extraction of an attachment: the same attachment of the same grant has the same id without a look-up. */
export function extractionRequestId(grantCorrelationId: string, attachmentDigest: string): string {
  return uuidV5(grantCorrelationId, lengthPrefixed('attachment', attachmentDigest));
}

/**
 * What a validated grant asks to be extracted: a work unit for each document among its attachments that is not marked as
 * parsed, in their order, of the grant's batch and tenant. One that is attached twice is asked for once.
 */
export function extractionRequests({ correlationId, batchTraceId, tenant, receivedAt }: WorkUnit, grant: Pick<GrantPayload, 'grantId' | 'attachments'>): ExtractionRequest[] {
  const requests = new Map<string, ExtractionRequest>();
  for (const { uri, digest, mediaType, parsed } of grant.attachments ?? []) {
    if (parsed === true || requests.has(digest)) continue;
    const payload: AttachmentManifest = {
      requestId: `grant:${correlationId}`, documentId: digest, repository: ATTACHMENT_REPOSITORY,
      uri, digest, mediaType, grant: { correlationId, grantId: grant.grantId },
    };
    requests.set(digest, {
      correlationId: extractionRequestId(correlationId, digest), batchTraceId, tenant, kind: 'record', receivedAt, digest: payloadDigest(payload), payload,
    });
  }
  return [...requests.values()];
}

/** References of a grant's outcome to its extraction requests; empty where it has none. Ids by comma, in the order of the attachments. */
export function extractionReferences(unit: WorkUnit, grant: Pick<GrantPayload, 'grantId' | 'attachments'>): Readonly<Record<string, string | number>> {
  const digests = new Set((grant.attachments ?? []).filter(({ parsed }) => parsed !== true).map(({ digest }) => digest));
  if (digests.size === 0) return {};
  const ids = [...digests].map((digest) => extractionRequestId(unit.correlationId, digest));
  return { extractionRequests: ids.length, extractionRequestIds: ids.join(',') };
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { payloadDigest, sha256Hex } from '../canonical.js';
import { parseWorkUnit, type WorkUnit } from '../domain/work-unit.js';
import { stagesOf, stageSpec } from '../kafka/stages.js';
import { topicCatalogue } from '../kafka/topics.js';
import { extractionReferences, extractionRequestId, extractionRequests } from './extraction-request.js';

const unit: WorkUnit = {
  correlationId: '0190b6b0-5a6e-5c1e-8c1e-0123456789ab', batchTraceId: '0190b6b0-5a6e-4c1e-8c1e-0123456789ab', tenant: 'example', kind: 'grant',
  receivedAt: '2026-11-22T12:00:00.000Z', digest: sha256Hex('grant'), payload: {},
};
const attachment = (name: string, over: object = {}) => ({ uri: `store://attachments/${name}.pdf`, digest: sha256Hex(name), mediaType: 'application/pdf', ...over });

/** An attachment that nobody has parsed becomes a work unit of the records path, tied to its grant. */
describe('extractionRequests', () => {
  it('asks for what is not parsed, and for a document that is attached twice once', () => {
    const attachments = [attachment('a'), attachment('b', { parsed: true }), attachment('c', { parsed: false }), attachment('a', { uri: 'store://attachments/again.pdf' })];
    const requests = extractionRequests(unit, { grantId: 'GR-1', attachments });
    expect(requests.map(({ payload }) => payload.uri)).toEqual(['store://attachments/a.pdf', 'store://attachments/c.pdf']);
    expect(requests[0]).toEqual({
      correlationId: extractionRequestId(unit.correlationId, sha256Hex('a')), batchTraceId: unit.batchTraceId, tenant: 'example', kind: 'record', receivedAt: unit.receivedAt,
      digest: payloadDigest(requests[0]?.payload),
      payload: {
        requestId: `grant:${unit.correlationId}`, documentId: sha256Hex('a'), repository: 'grant-attachments', uri: 'store://attachments/a.pdf', digest: sha256Hex('a'),
        mediaType: 'application/pdf', grant: { correlationId: unit.correlationId, grantId: 'GR-1' },
      },
    });
    expect(extractionReferences(unit, { grantId: 'GR-1', attachments })).toEqual({
      extractionRequests: 2, extractionRequestIds: requests.map(({ correlationId }) => correlationId).join(','),
    });
  });

  it('asks for nothing where nothing is attached', () => {
    for (const attachments of [undefined, [], [attachment('a', { parsed: true })]]) {
      const grant = { grantId: 'GR-1', ...(attachments && { attachments }) };
      expect(extractionRequests(unit, grant)).toEqual([]);
      expect(extractionReferences(unit, grant)).toEqual({});
    }
  });

  it('makes units that any stage can read, the same for the same grant, others for another', () => {
    const digest = fc.constantFrom(...['a', 'b', 'c'].map(sha256Hex));
    fc.assert(fc.property(fc.array(fc.record({ uri: fc.string(), digest, mediaType: fc.string(), parsed: fc.boolean() }), { maxLength: 8 }), fc.uuid({ version: 5 }), (attachments, other) => {
      const of = (correlationId: string) => extractionRequests({ ...unit, correlationId }, { grantId: 'GR-1', attachments });
      const requests = of(unit.correlationId);
      expect(of(unit.correlationId)).toEqual(requests);
      for (const request of requests) expect(parseWorkUnit(Buffer.from(JSON.stringify(request)))).toEqual(request);
      const ids = new Set(requests.map(({ correlationId }) => correlationId));
      expect(ids.size).toBe(requests.length);
      expect(of(other).some(({ correlationId }) => ids.has(correlationId))).toBe(other === unit.correlationId && ids.size > 0);
      expect(Number(extractionReferences(unit, { grantId: 'GR-1', attachments })['extractionRequests'] ?? 0)).toBe(requests.length);
    }));
  });
});

/** REC-CUSTODY: what skips custody does so because of who may write there, never because of what a message says of itself. */
describe('the way of an attachment', () => {
  it('leads past the records validator over topics that only the stages before may write', () => {
    const writers = new Map(topicCatalogue({ lanes: ['standard', 'pii', 'classified'], partitions: 1, replication: 1 }).map((topic) => [topic.name, topic.writers]));
    expect(writers.get('records.standard.validated')).toEqual(['validator']);
    expect(writers.get('records.pii.validated')).toEqual(['validator', 'ocr-router']);
    expect(writers.get('records.classified.validated')).toEqual(['validator']);
    expect(stagesOf(['standard', 'pii', 'classified']).filter(({ outputs }) => outputs.includes('records.standard.validated')).map(({ name }) => name)).toEqual(
      ['validator.grants', 'validator.records.standard'],
    );
  });

  it('starts no clock: nothing of it is written for the deadlines', () => {
    for (const name of ['validator.grants', 'ocr-router.standard', 'ocr-router.pii']) expect(stageSpec(name).outputs).not.toContain('records.requests');
  });

  it('is said in the catalogue', () => {
    expect(stageSpec('ocr-router.standard').attachmentPath).toEqual(['ocr-router.standard']);
    expect(stageSpec('ocr-router.pii').attachmentPath).toEqual(['ocr-router.standard', 'ocr-router.pii']);
  });
});

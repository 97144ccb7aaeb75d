import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation } from '@nestjs/swagger';
import { ACCEPTING, answer, GUARDED, header, Problems, SubmissionHeaders } from './describe.js';
import { location, ref, traceId } from './schemas.js';

const REPLAYED = header({ const: 'true', description: 'There where the submission was accepted before: this is the answer of then.' } , false);

const EXAMPLE = {
  grantId: 'GR-2027-0001', applicantOrg: 'Example County Airport Authority', funder: 'funder-steady', requestedAmount: '25000.00', currencyCode: 'USD',
  submissionDeadline: '2027-03-31',
};
const MANIFEST = {
  requestId: 'FOIA-2026-0001', jurisdiction: 'US', documentId: 'DOC-2026-0001', repository: 'city-repository', version: '1', uri: 'store://repository/document.pdf',
  digest: 'cc52fa240d94fa57e621c88771fa702392c9c2a95eeabfb61d34b2807186e741', size: 11920, mediaType: 'application/pdf', pages: 2,
};
const RESULTS = [
  { line: 1, status: 202, correlationId: '3d813cbb-47fb-52ba-91df-831e1593ac29', digest: MANIFEST.digest, location: 'http://console:8085/api/v1/units/3d813cbb-47fb-52ba-91df-831e1593ac29', replayed: false },
  { line: 2, status: 400, problem: { type: '/problems/not-an-object', title: 'Not an object', status: 400, detail: 'A submission is one JSON object.', code: 'DOCKET_NOT_AN_OBJECT' } },
] as const;

export const BODIES = { grant: EXAMPLE, manifests: [MANIFEST], results: RESULTS } as const;

function body(content: object, description: string): MethodDecorator {
  return ApiBody({ required: true, description, content } as unknown as Parameters<typeof ApiBody>[0]);
}

export function SubmitGrantDocs(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'submitGrant', tags: ['grants'], summary: 'Submit one grant application',
      description: 'Answered when the broker has acknowledged it. What its fields hold is judged later: the outcome is found at `Location`.',
    }),
    SubmissionHeaders('key', 'trace', 'traceparent', 'digest'),
    body({ 'application/json': { schema: ref('GrantSubmission'), examples: { minimal: { value: EXAMPLE } } } }, 'Strict JSON, at most 256 KiB, not compressed.'),
    answer({
      status: 202, description: 'Accepted, now or before.',
      headers: { Location: header(location), 'Idempotency-Replayed': REPLAYED },
      content: { 'application/json': { schema: ref('Accepted') } },
    }),
    Problems([...ACCEPTING, 'DOCKET_NOT_AN_OBJECT', 'DOCKET_RULE_SEC_HASH_01']),
  );
}

export function StreamGrantsDocs(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'streamGrants', tags: ['grants'], summary: 'Submit many grant applications',
      description: [
        'NDJSON of any length, one application a line, at most 256 KiB each; answered line by line while the body is still being sent, in its order. Read the answers while you send: who does not is not read either.',
        'The status is 200 because it is sent before the lines are known; each result has the status that the line would have had alone. A line that is refused stops nothing.',
        'With an `Idempotency-Key` line n has the key `<key>/<n>`. Lines above the rate limit of the tenant wait for their turn, and so do lines while admission is throttled. The answer ends the connection. A stream in which nothing comes for a minute, or that takes more than an hour, ends with a result of status 408.',
      ].join('\n\n'),
    }),
    SubmissionHeaders('key', 'trace', 'traceparent'),
    body({ 'application/x-ndjson': { schema: ref('GrantSubmission'), examples: { line: { value: EXAMPLE } } } }, 'The schema is that of one line.'),
    answer({
      status: 200, description: 'A result a line; the schema is that of one line.',
      headers: { 'docket-batch-trace-id': header(traceId) },
      content: { 'application/x-ndjson': { schema: ref('LineResult'), examples: { accepted: { value: RESULTS[0] }, refused: { value: RESULTS[1] } } } },
    }),
    Problems(GUARDED),
  );
}

export function SubmitBatchDocs(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'submitRecords', tags: ['records'], summary: 'Submit manifests of documents',
      description: '1 to 1,000 manifests, at most 256 KiB together, accepted or refused as a whole. With an `Idempotency-Key` manifest n, from 0, has the key `<key>/<n>`.',
    }),
    SubmissionHeaders('key', 'trace', 'traceparent'),
    body({
      'application/json': { schema: { type: 'array', minItems: 1, maxItems: 1_000, items: ref('RecordManifest') }, examples: { one: { value: [MANIFEST] } } },
      'application/x-ndjson': { schema: ref('RecordManifest'), examples: { line: { value: MANIFEST } } },
    }, 'A JSON list, or NDJSON, whose schema is that of one line.'),
    answer({
      status: 202, description: 'Accepted, now or before.',
      headers: { Location: header(location), 'Idempotency-Replayed': REPLAYED },
      content: { 'application/json': { schema: ref('AcceptedBatch') } },
    }),
    Problems([...ACCEPTING, 'DOCKET_BATCH']),
  );
}

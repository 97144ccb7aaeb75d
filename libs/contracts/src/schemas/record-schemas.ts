import type { DeadlineClock } from '../domain/clocks.js';
import type { CustodyRecord, ExtractedEvent, ExtractedPage, GrantLink, RecordsRequest } from '../domain/records.js';
import { correlationId, count, date, flag, oneOf, sha256, text } from './fields.js';
import { listOf, objectOf, type JsonSchema } from './json-schema.js';

/** `US`, or `US-` and a state code. */
const jurisdiction = text('Whose law governs the request: `US`, or `US-` and a state code.', { pattern: '^US(-[A-Z]{2})?$' });

export const custodyRecord: JsonSchema = objectOf<CustodyRecord>({
  required: {
    documentId: text('Id of the document in the repository.', { minLength: 1, maxLength: 200 }),
    repository: text('Name of the repository.', { minLength: 1, maxLength: 100 }),
    version: text('Version that this record is about: the current one.', { minLength: 1, maxLength: 50 }),
    digest: sha256("Digest of the document's bytes"),
    status: oneOf('Whether this is the document that counts.', ['active', 'superseded']),
    retention: objectOf<CustodyRecord['retention']>({
      required: { status: oneOf('A document on hold waits for a person; one disposed of is never processed.', ['active', 'hold', 'disposed']) },
      optional: { until: date('Last day of retention') },
      additionalProperties: false,
    }, 'What retention allows.'),
  },
  additionalProperties: false,
});

export const recordsRequest: JsonSchema = objectOf<RecordsRequest>({
  required: {
    requestId: text('Id of the request, also the record key; not blank.', { maxLength: 200, pattern: '\\S' }),
    jurisdiction,
    receivedOn: { ...date('Day of receipt by the proper component, 2000-01-01 to 2099-12-31: day 0 of the clock'), pattern: '^20' },
    tenant: text('Agency that answers the request; not blank.', { maxLength: 200, pattern: '\\S' }),
  },
  additionalProperties: false,
});

export const deadlineClock: JsonSchema = objectOf<DeadlineClock>({
  required: {
    requestId: text('Id of the request, also the record key.'),
    tenant: text('Agency that answers the request.'),
    jurisdiction,
    receivedOn: date('Day of receipt, day 0'),
    kind: text('What is due, e.g. `determination`.'),
    days: count('Days that the law gives, in `unit`.'),
    unit: oneOf('Unit of `days`.', ['working-days']),
    citation: text('The law, e.g. `5 USC 552(a)(6)`.'),
    escalateOn: date('Day on which 80% of the days are consumed'),
    dueOn: date('Last day'),
    skipped: listOf(objectOf<DeadlineClock['skipped'][number]>({
      required: { date: date('A day that does not count'), reason: text('Why, e.g. the name of a holiday.') },
    }), 'Days between receipt and due day that do not count.'),
    holidays: text('Version of the holiday table that this derivation used.'),
  },
});

const page: JsonSchema = objectOf<ExtractedPage>({
  required: {
    page: count('Number of the page, from 1.', { minimum: 1 }),
    method: oneOf("How the page's text was had.", ['ocr', 'text-layer', 'none']),
    words: count('Words found.'),
  },
  optional: { confidence: { description: 'Mean word confidence of OCR, 0 to 100.', type: 'number', minimum: 0, maximum: 100 } },
});

export const extractedEvent: JsonSchema = objectOf<ExtractedEvent>({
  required: {
    correlationId,
    requestId: text('Id of the public-records request.'),
    documentId: text('Id of the document in its repository.'),
    documentDigest: sha256("Digest of the document's bytes"),
    documentUri: text('Where the document lies.'),
    textUri: text('Where the text lies: UTF-8, pages set apart by a form feed on a line of its own.'),
    textDigest: sha256("Digest of the text's bytes"),
    degraded: flag('True where text of some page is missing or doubtful: see the pages.'),
    words: count('Words on all pages.'),
    pages: listOf(page, 'What came of each page.'),
    findings: listOf({
      type: 'object',
      properties: { type: text('Type of personal data, never the value.'), page: count('Page on which it stands, from 1.', { minimum: 1 }) },
      required: ['type', 'page'],
    }, 'Personal data found.'),
  },
  optional: {
    grant: objectOf<GrantLink>({
      required: { correlationId, grantId: text('Id of the grant application.') },
    }, 'Set where the document is an attachment of a grant, and of no records request.'),
    meanConfidence: { description: 'Mean word confidence of the pages read by OCR, 0 to 100; absent where none was.', type: 'number', minimum: 0, maximum: 100 },
  },
});

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FORM_SCHEMAS, FormChecker } from './form-checker.js';

const checker = new FormChecker();
const sample = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../../../samples/grants/valid-form.json'), 'utf8')) as { form: { body: Record<string, unknown> } };
const SF_424 = sample.form.body;
const FILE = '30a12e5e-5940-4c08-921c-17a8960fcf4b';

const PROPERTIES = FORM_SCHEMAS[0]?.schema['properties'] as Record<string, { readonly type: string; readonly format?: string; readonly pattern?: string }>;

const of = (body: unknown, schema = 'sf-424') => checker.check({ schema, body }).map(({ path, expected, actualType }) => [path, expected, actualType]);
const places = (body: unknown, schema?: string) => of(body, schema).map(([path]) => path);
const without = (...names: string[]) => Object.fromEntries(Object.entries(SF_424).filter(([name]) => !names.includes(name)));

/** FORM-SCHEMA: a form keeps the schema that it names, and every place where it does not is told at once, never with the value. */
describe('FormChecker', () => {
  it('knows its forms by name, and tells the names of all for one that it does not know', () => {
    expect(FORM_SCHEMAS.map(({ name }) => name)).toEqual(['sf-424', 'common-grants.form-response', 'common-grants.proposal']);
    expect(checker.check({ schema: 'sf-425', body: {} })).toMatchObject([
      { rule: 'FORM-SCHEMA', path: '$.form.schema', expected: 'one of sf-424, common-grants.form-response, common-grants.proposal', actualType: 'string', docs: 'docs/rules.md#form-schema' },
    ]);
    for (const { source } of FORM_SCHEMAS) expect(source).toContain('CC0-1.0');
  });

  it.each([[undefined], [null], ['form'], [[]], [{}], [{ schema: 'sf-424' }], [{ body: {} }], [{ schema: 7, body: {} }], [{ schema: 'sf-424', body: [] }]])(
    'leaves %j to the rules of the payload', (form) => {
      expect(checker.check(form)).toEqual([]);
    },
  );
});

describe('the SF-424', () => {
  it('is accepted as the sample has it', () => {
    expect(of(SF_424)).toEqual([]);
  });

  it('requires 32 fields, and tells all that are missing', () => {
    const missing = of({});
    expect(missing).toHaveLength(32);
    expect(missing).toContainEqual(['$.form.body.sam_uei', 'a value: the form requires it here', 'missing']);
    expect(Object.keys(SF_424).filter((name) => places(without(name)).length !== 1)).toEqual([]);
  });

  it.each([
    ['a revision', { application_type: 'Revision' }, ['revision_type', 'federal_award_identifier']],
    ['a revision of another sort', { application_type: 'Revision', federal_award_identifier: 'X1', revision_type: 'E: Other (specify)' }, ['revision_other_specify']],
    ['a continuation', { application_type: 'Continuation' }, ['federal_award_identifier']],
    ['a delinquent debt', { delinquent_federal_debt: true }, ['debt_explanation']],
    ['a review by the state', { state_review: 'a. This application was made available to the state under the Executive Order 12372 Process for review on' }, ['state_review_available_date']],
    ['another sort of applicant', { applicant_type_code: ['P: Individual', 'X: Other (specify)'] }, ['applicant_type_other_specify']],
    ['an address in the United States', { applicant: { street1: '1 Example Street', city: 'Exampleville', country: 'USA: UNITED STATES' } }, ['applicant.state', 'applicant.zip_code']],
    ['an address elsewhere', { applicant: { street1: '1 Example Street', city: 'Exampleville', country: 'CAN: CANADA' } }, []],
  ])('asks for more of %s', (_what, over, fields) => {
    expect(places({ ...SF_424, ...over })).toEqual(fields.map((name) => `$.form.body.${name}`));
  });

  it.each([
    ['submission_type', 'application', 'one of ["Preapplication","Application","Changed/Corrected Application"]'],
    ['project_start_date', '2027-02-29', 'a string of the form date'],
    ['email', 'nobody', 'a string of the form email'],
    ['federal_estimated_funding', '1,000.00', "a string of the form's pattern"],
    ['federal_estimated_funding', '1.5', "a string of the form's pattern"],
    ['total_estimated_funding', '123456789012.00', 'a string of 14 characters or fewer'],
    ['sam_uei', 'YNDUZMUZF8H', 'a string of 12 characters or more'],
    ['debt_explanation', 'a file', 'a string of the form uuid'],
    ['applicant_type_code', [], 'a list of 1 or more'],
  ])('refuses %s as %j', (field, value, expected) => {
    expect(of({ ...SF_424, [field]: value })).toEqual([[`$.form.body.${field}`, expected, Array.isArray(value) ? 'array' : 'string']]);
  });

  it('coerces nothing: every field of another JSON type is one fault at its place', () => {
    for (const [field, { type }] of Object.entries(PROPERTIES)) {
      for (const [actual, value] of Object.entries({ string: '1', number: 1, boolean: true, null: null, array: [1], object: {} })) {
        if (actual === type) continue;
        expect([field, ...of({ ...SF_424, [field]: value })]).toEqual([field, [`$.form.body.${field}`, `of type ${type}`, actual]]);
      }
    }
  });

  it('lets members pass that it does not know, and names list members by their place', () => {
    expect(of({ ...SF_424, agency_specific: { anything: 1 } })).toEqual([]);
    expect(of({ ...SF_424, additional_project_title: [FILE, 'x'] })).toEqual([['$.form.body.additional_project_title[1]', 'a string of the form uuid', 'string']]);
  });
});

describe('the CommonGrants forms', () => {
  const response = { id: FILE, formId: FILE, response: { anything: [1] }, status: { value: 'complete' }, createdAt: '2027-01-01T00:00:00Z', lastModifiedAt: '2027-01-01T00:00:00Z' };
  const proposal = {
    title: 'Example', amountRequested: { amount: '1000.50', currency: 'USD' },
    projectTimeline: { startDate: { name: 'Start', eventType: 'singleDate', date: '2027-01-01' }, otherDates: { review: { name: 'Review', eventType: 'dateRange', startDate: '2027-01-01', endDate: '2027-02-01' } } },
    customFields: { 'program area': { name: 'Area', fieldType: 'string', value: 'x' } },
  };

  it('accept what keeps their models', () => {
    expect(of(response, 'common-grants.form-response')).toEqual([]);
    expect(of(proposal, 'common-grants.proposal')).toEqual([]);
  });

  it('refuse what does not', () => {
    expect(places({ ...response, status: { value: 'done', note: 1 } }, 'common-grants.form-response')).toEqual(['$.form.body.status.note', '$.form.body.status.value']);
    expect(places({
      ...proposal, amountRequested: { amount: 1000.5, currency: 'USD' }, customFields: { 'program area': { name: 'Area', fieldType: 'text' } },
      projectTimeline: { startDate: { name: 'Start', eventType: 'singleDate' }, endDate: { name: 'End', eventType: 'dateRange', startDate: '2027-13-01', endDate: '2027-02-01' } },
    }, 'common-grants.proposal').toSorted()).toEqual([
      '$.form.body.amountRequested.amount', "$.form.body.customFields['program area'].fieldType", "$.form.body.customFields['program area'].value",
      '$.form.body.projectTimeline.endDate.startDate', '$.form.body.projectTimeline.startDate.date',
    ]);
  });
});

describe('a hostile form', () => {
  it('costs little: strings as long as a body may be, in every place that is matched with a pattern', () => {
    const strings = ['1'.repeat(250_000), `a@${'a'.repeat(250_000)}`, `${'a.'.repeat(120_000)}@`, `a@${'a-'.repeat(120_000)}`, `a@${'a.'.repeat(120_000)}-`, '-'.repeat(250_000)];
    const matched = Object.entries(PROPERTIES).filter(([, { format, pattern }]) => format ?? pattern).map(([name]) => name);
    expect(matched.length).toBeGreaterThan(15);
    for (const text of strings) {
      const started = performance.now();
      expect(places({ ...SF_424, ...Object.fromEntries(matched.map((name) => [name, text])) }).length).toBeGreaterThanOrEqual(matched.length);
      places({ amountRequested: { amount: text, currency: 'USD' } }, 'common-grants.proposal');
      expect(performance.now() - started).toBeLessThan(2_000);
    }
  });

  it('is told at most 200 faults, and one of too many values is told so alone', () => {
    expect(places({ ...SF_424, additional_project_title: Array.from({ length: 5_000 }, () => 'x') })).toHaveLength(200);
    expect(of({ ...SF_424, agency_specific: Array.from({ length: 20_001 }, () => 1) })).toEqual([['$.form.body', 'at most 20000 values', 'object']]);
  });

  it('meets no rule that depends on members that every object has', () => {
    const body = JSON.parse('{"__proto__":{"sam_uei":"YNDUZMUZF8H8"},"constructor":1,"toString":2}') as object;
    expect(places(body)).toHaveLength(32);
  });

  it('is never repeated: any JSON in any field leaves no trace in the violations', () => {
    const value = fc.letrec((tie) => ({
      secret: fc.oneof(fc.string().map((text) => `s3cr3t${text}`), fc.array(tie('secret'), { maxLength: 3 }), fc.dictionary(fc.constantFrom('country', 'street1', 'x'), tie('secret'), { maxKeys: 3 })),
    })).secret;
    fc.assert(fc.property(fc.dictionary(fc.constantFrom(...Object.keys(SF_424)), value), fc.constantFrom(...FORM_SCHEMAS.map(({ name }) => name)), (body, schema) => {
      expect(JSON.stringify(checker.check({ schema, body: { ...SF_424, ...body } }))).not.toContain('s3cr3t');
    }));
  });
});

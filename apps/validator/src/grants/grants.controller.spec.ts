import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { extractionRequestId, HEADER, parseWorkUnit, payloadDigest, sha256Hex, uuidV5, type CustodyRecord, type WorkUnit } from '@docket/contracts';
import { testStage, type StageTest } from '@docket/stage-nest/testing';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FormChecker } from '../forms/form-checker.js';
import { CustodyTable } from '../records/custody-table.js';
import { GrantRules } from './grant-rules.js';
import { GrantsController } from './grants.controller.js';

const read = (name: string) => JSON.parse(readFileSync(resolve(import.meta.dirname, '../../../../samples/grants', `${name}.json`), 'utf8')) as Record<string, unknown>;
const BATCH = '0190b6b0-5a6e-4c1e-8c1e-0123456789ab';
let made = 0;

function workUnit(payload: unknown): WorkUnit {
  const correlationId = uuidV5(BATCH, `unit ${++made}`);
  return { correlationId, batchTraceId: BATCH, tenant: 'example', kind: 'grant', receivedAt: '2026-11-22T12:00:00.000Z', digest: payloadDigest(payload), payload };
}

const attachment = (name: string, over: object = {}) => ({ uri: `store://attachments/${name}.pdf`, digest: sha256Hex(name), mediaType: 'application/pdf', ...over });

let stage: StageTest;
let custody: CustodyTable;
beforeEach(async () => {
  custody = new CustodyTable(() => undefined);
  stage = await testStage(GrantsController, { providers: [GrantRules, { provide: CustodyTable, useValue: custody }, { provide: FormChecker, useValue: new FormChecker() }] });
});
afterEach(() => stage.close());

const run = (unit: WorkUnit) => stage.run({ key: unit.correlationId, payload: unit, headers: { [HEADER.id]: unit.correlationId, [HEADER.orderKey]: 'subject' } });

/** What keeps every rule goes to its funder, unchanged; what breaks one goes nowhere. */
describe('validator.grants', () => {
  it.each(['valid-minimal', 'valid-full', 'valid-form', 'valid-yen', 'valid-dinar'])('passes %s on as it came', async (name) => {
    const unit = workUnit(read(name));
    const { outputs, outcome } = await run(unit);
    expect(outcome).toBeUndefined();
    expect(outputs.map(({ topic, key }) => [topic, key])).toEqual([['grants.validated', (unit.payload as { funder: string }).funder]]);
    expect(outputs[0]?.value).toEqual(Buffer.from(JSON.stringify(unit)));
  });

  it('tells the faults of payload, form and attachments together, each place once', async () => {
    const { form, ...rest } = read('malformed-ein') as { form: { schema: string; body: object } };
    const body = { ...form.body, project_end_date: '2028-02-30', sam_uei: 'OOOOOOOOOOOO' };
    const payload = { ...rest, currencyCode: 'ZZZ', attachments: [attachment('withheld')], form: { ...form, body } };
    custodyKnows('withheld', { status: 'superseded' });
    const { errors, outcome, outputs } = await run(workUnit(payload));
    expect(errors[0]?.violations.map(({ rule, path }) => [rule, path])).toEqual([
      ['REC-CUSTODY', '$.attachments[0].digest'],
      ['FIN-ISO4217', '$.currencyCode'],
      ['ID-EIN', '$.form.body.employer_taxpayer_identification_number'],
      ['FORM-SCHEMA', '$.form.body.project_end_date'],
      ['ID-UEI', '$.form.body.sam_uei'],
    ]);
    expect(outcome).toMatchObject({ state: 'rejected', rules: ['FIN-ISO4217', 'FORM-SCHEMA', 'ID-EIN', 'ID-UEI', 'REC-CUSTODY'] });
    expect(outputs).toEqual([]);
  });

  it('refuses a payload that was changed under way', async () => {
    const { errors, outputs } = await run({ ...workUnit(read('valid-minimal')), digest: sha256Hex('other') });
    expect(errors[0]?.violations.map(({ rule }) => rule)).toEqual(['SEC-HASH-01']);
    expect(outputs).toEqual([]);
  });

  it('never lets a rejected unit reach a funder or an extraction: any payload with a fault leaves nothing but its error', async () => {
    const fault = fc.constantFrom<(payload: Record<string, unknown>) => void>(
      (payload) => { payload['requestedAmount'] = 10; },
      (payload) => { payload['currencyCode'] = 'HRK'; },
      (payload) => { payload['submissionDeadline'] = '2025-02-29'; },
      (payload) => { payload['applicantOrg'] = ' '; },
      (payload) => { payload['applicantUei'] = 'O00000000000'; },
      (payload) => { payload['extra'] = null; },
      (payload) => { payload['budget'] = { rows: [['1']] }; },
      (payload) => { payload['form'] = { schema: 'sf-424', body: {} }; },
      (payload) => { payload['form'] = { schema: 'unknown', body: {} }; },
      (payload) => { payload['attachments'] = [attachment('a'), { ...attachment('b'), digest: 'x' }]; },
      (payload) => { delete payload['funder']; },
    );
    await fc.assert(fc.asyncProperty(fc.uniqueArray(fault, { minLength: 1, maxLength: 4 }), async (faults) => {
      const payload = { ...read('valid-full'), attachments: [attachment('a')] };
      for (const apply of faults) apply(payload);
      const { outputs, outcome, errors, kind } = await run(workUnit(payload));
      expect({ outputs, kind, state: outcome?.state }).toEqual({ outputs: [], kind: 'invalid', state: 'rejected' });
      expect(errors[0]?.violations.length).toBeGreaterThanOrEqual(1);
    }), { numRuns: 60 });
  });

  it('never lets any JSON through that is no grant', async () => {
    await fc.assert(fc.asyncProperty(fc.jsonValue(), async (payload) => {
      const { outputs, outcome } = await run(workUnit(payload));
      expect({ outputs, state: outcome?.state }).toEqual({ outputs: [], state: 'rejected' });
    }), { numRuns: 60 });
  });
});

/** What nobody has parsed yet is handed to the records path, as a unit of its own that is tied to the grant. */
describe('extraction requests', () => {
  it('go out with the grant, one a document, under ids that follow from it', async () => {
    const unit = workUnit({ ...read('valid-minimal'), attachments: [attachment('a'), attachment('b', { parsed: true }), attachment('c', { parsed: false }), attachment('a')] });
    const { outputs } = await run(unit);
    expect(outputs.map(({ topic, key }) => [topic, key])).toEqual([
      ['grants.validated', 'funder-steady'], ['records.standard.validated', sha256Hex('a')], ['records.standard.validated', sha256Hex('c')],
    ]);
    const [first, second] = outputs.slice(1).map(({ value }) => parseWorkUnit(value));
    expect(first).toMatchObject({
      correlationId: extractionRequestId(unit.correlationId, sha256Hex('a')), batchTraceId: BATCH, tenant: 'example', kind: 'record',
      payload: { repository: 'grant-attachments', digest: sha256Hex('a'), grant: { correlationId: unit.correlationId, grantId: (unit.payload as { grantId: string }).grantId } },
    });
    const headers = outputs[1]?.headers ?? {};
    expect(headers).toMatchObject({
      [HEADER.correlationId]: first?.correlationId, [HEADER.subject]: first?.correlationId, [HEADER.digest]: first?.digest, [HEADER.batchTraceId]: BATCH,
      [HEADER.type]: 'docket.extraction.requested.v1', [HEADER.lane]: 'standard', [HEADER.orderKey]: sha256Hex('a'),
    });
    expect(second?.correlationId).not.toBe(first?.correlationId);
    expect(new Set(outputs.map(({ headers: own }) => own[HEADER.id])).size).toBe(3);
  });

  it.each(['https://example.org/a.pdf', 'store://records-pii/text/a.txt', 'file:///etc/passwd', 'store://packets', 'store://Packets/a.pdf', 'store://packets/../a.pdf'])('refuses to have %s read, and takes it where it is parsed already', async (uri) => {
    const of = (over: object) => ({ ...read('valid-minimal'), attachments: [attachment('a', { uri, ...over })] });
    expect((await run(workUnit(of({})))).errors[0]?.violations).toMatchObject([{ rule: 'SEC-STRICT', path: '$.attachments[0].uri' }]);
    expect((await run(workUnit(of({ parsed: true })))).errors).toEqual([]);
  });

  it.each([
    ['superseded', { status: 'superseded' }, 'REC-CUSTODY'],
    ['disposed of', { retention: { status: 'disposed' } }, 'REC-RETENTION'],
    ['on hold', { retention: { status: 'hold' } }, 'REC-RETENTION'],
  ] as const)('are refused for a document that a repository withholds (%s), whatever it is called here', async (_what, over, rule) => {
    custodyKnows('a', over);
    const payload = { ...read('valid-minimal'), attachments: [attachment('a')] };
    expect((await run(workUnit(payload))).errors[0]?.violations).toMatchObject([{ rule, path: '$.attachments[0].digest' }]);
    // Its text is known to the sender already: nothing is extracted.
    expect((await run(workUnit({ ...payload, attachments: [attachment('a', { parsed: true })] }))).outputs).toHaveLength(1);
    custodyKnows('a', {});
    expect((await run(workUnit({ ...payload, grantId: 'GR-2' }))).outputs).toHaveLength(2);
  });
});

function custodyKnows(name: string, over: Partial<CustodyRecord>): void {
  const record: CustodyRecord = { documentId: name, repository: 'repository', version: '1', digest: sha256Hex(name), status: 'active', retention: { status: 'active' }, ...over };
  custody.apply({ topic: 'records.custody', partition: 0, offset: 0n, timestamp: 0, key: `repository/${name}`, value: Buffer.from(JSON.stringify(record)), headers: {} });
}

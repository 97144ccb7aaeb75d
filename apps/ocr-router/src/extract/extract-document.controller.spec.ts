import 'reflect-metadata';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import {
  extractionRequestId, extractionRequests, HEADER, parseWorkUnit, payloadDigest, sha256Hex, stageSpec, uuidV5, type ExtractedEvent, type Lane, type WorkUnit,
} from '@docket/contracts';
import { FolderObjectStore } from '@docket/object-store';
import { Bulkhead } from '@docket/resilience';
import { testStage, type StageTest } from '@docket/stage-nest/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OcrEngine } from '../engine/ocr-engine.port.js';
import { ENGINE, OBJECTS, READING, ROUTER } from '../tokens.js';
import { ExtractDocumentController } from './extract-document.controller.js';

const DOCUMENTS = resolve(import.meta.dirname, '../../../../samples/documents');
const BATCH = '0190b6b0-5a6e-4c1e-8c1e-0123456789ab';
const GRANT: WorkUnit = {
  correlationId: uuidV5(BATCH, 'grant'), batchTraceId: BATCH, tenant: 'example', kind: 'grant', receivedAt: '2026-11-22T12:00:00.000Z', digest: sha256Hex(''), payload: {},
};
const digestOf = (name: string) => sha256Hex(readFileSync(join(DOCUMENTS, `${name}.pdf`)));

/** The request that the validator makes of an attachment. */
function request(name: string, over: object = {}): WorkUnit {
  const attachment = { uri: `store://attachments/${name}.pdf`, digest: digestOf(name), mediaType: 'application/pdf', ...over };
  const [made] = extractionRequests(GRANT, { grantId: 'GR-1', attachments: [attachment] });
  if (!made) throw new Error('no request was made');
  return made;
}

let folder: string;
const open: StageTest[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docket-router-'));
});
afterEach(async () => {
  for (const stage of open.splice(0)) await stage.close();
  rmSync(folder, { recursive: true });
});

async function stageOf(lane: Lane): Promise<StageTest> {
  for (const name of ['text-layer', 'personal-data', 'banner-secret']) {
    const target = join(folder, 'attachments', `${name}.pdf`);
    mkdirSync(dirname(target), { recursive: true });
    await copyFile(join(DOCUMENTS, `${name}.pdf`), target);
  }
  const settings = { maxDocumentBytes: 2 ** 26, maxPages: 10, minConfidence: 80, engineAttempts: 1, openLanes: ['standard', 'pii'] };
  // The documents of these tests have a text layer: an engine that is asked is a failure of the test.
  const engine: OcrEngine = { recognise: () => Promise.reject(new Error('no page needs the engine')), close: () => Promise.resolve() };
  const stage = await testStage(ExtractDocumentController, {
    lane, stage: stageSpec(`ocr-router.${lane}`),
    providers: [
      { provide: ROUTER, useValue: { context: { settings, metrics: { increment: () => undefined } } } },
      { provide: OBJECTS, useValue: new FolderObjectStore(folder) },
      { provide: ENGINE, useValue: engine },
      { provide: READING, useValue: new Bulkhead(1) },
    ],
  });
  open.push(stage);
  return stage;
}

const record = (unit: WorkUnit) => ({ key: 'digest', payload: unit, headers: { [HEADER.id]: unit.correlationId, [HEADER.correlationId]: unit.correlationId } });

/** An attachment of a grant is read like any document: by its digest alone, and its text says whose it is. */
describe('an extraction request of a grant', () => {
  it('is extracted, and hand-over and outcome lead back to the grant', async () => {
    const unit = request('text-layer');
    const { outputs, outcome } = await (await stageOf('standard')).run(record(unit));
    expect(outputs.map(({ topic, key }) => [topic, key])).toEqual([['records.standard.extracted', digestOf('text-layer')]]);
    const extracted = JSON.parse(String(outputs[0]?.value)) as ExtractedEvent;
    expect(extracted).toMatchObject({ correlationId: unit.correlationId, grant: { correlationId: GRANT.correlationId, grantId: 'GR-1' }, requestId: `grant:${GRANT.correlationId}` });
    expect(outcome).toMatchObject({
      correlationId: extractionRequestId(GRANT.correlationId, digestOf('text-layer')), batchTraceId: BATCH, state: 'extracted',
      references: { grant: GRANT.correlationId, grantId: 'GR-1', method: 'text-layer' }, unit: { kind: 'record', ids: { repository: 'grant-attachments' } },
    });
  });

  it('with personal data goes to the pii lane past custody, which has no record of it, and nothing of its text stays', async () => {
    const unit = request('personal-data');
    const { outputs, outcome } = await (await stageOf('standard')).run(record(unit));
    expect(outputs.map(({ topic, headers }) => [topic, headers[HEADER.lane], headers[HEADER.correlationId]])).toEqual([['records.pii.validated', 'pii', unit.correlationId]]);
    expect(parseWorkUnit(outputs[0]?.value ?? null)).toEqual(unit);
    expect(outcome).toBeUndefined();
    const pii = await (await stageOf('pii')).run(record(unit));
    expect(pii.outputs.map(({ topic }) => topic)).toEqual(['records.pii.extracted']);
    expect(pii.outcome).toMatchObject({ state: 'extracted', lane: 'pii', references: { grant: GRANT.correlationId } });
  });

  it('is quarantined where the bytes are others than the grant said, or are classified', async () => {
    const stage = await stageOf('standard');
    expect((await stage.run(record(request('text-layer', { digest: sha256Hex('other') })))).outcome).toMatchObject({ state: 'quarantined', rules: ['SEC-HASH-01'] });
    expect((await stage.run(record(request('banner-secret')))).outcome).toMatchObject({ state: 'quarantined', rules: ['REC-MARKING'] });
  });
});

describe('a record', () => {
  it('with personal data meets the validator of the pii lane, and custody, again', async () => {
    const payload = {
      requestId: 'FOIA-1', jurisdiction: 'US', documentId: 'D-1', repository: 'repository', version: '1', uri: 'store://attachments/personal-data.pdf', digest: digestOf('personal-data'),
      size: readFileSync(join(DOCUMENTS, 'personal-data.pdf')).length, mediaType: 'application/pdf',
    };
    const unit: WorkUnit = { ...GRANT, correlationId: uuidV5(BATCH, 'record'), kind: 'record', digest: payloadDigest(payload), payload };
    const { outputs } = await (await stageOf('standard')).run(record(unit));
    expect(outputs.map(({ topic }) => topic)).toEqual(['records.pii.work-units']);
  });
});

/**
 * The schema files and the AsyncAPI document say what the code does: they are made from it, checked in as made, valid by
 * their standards, complete over the topic catalogue, and keep what was released.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Parser } from '@asyncapi/parser';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { parseControlCommand, controlKey, type ControlCommand } from '../domain/control-command.js';
import { parseWorkUnit } from '../domain/work-unit.js';
import { LANES, ownTopics, stagesOf } from '../kafka/stages.js';
import { topicCatalogue } from '../kafka/topics.js';
import { asyncApiDocument } from './asyncapi.js';
import { EVENT_TYPES, HEADER_SCHEMAS } from './event-types.js';
import type { JsonSchema } from './json-schema.js';
import { brokenPromises, generatedFiles, releaseFiles } from './schema-files.js';

const ROOT = join(import.meta.dirname, '../..');
const MAKE = 'run: tsc -b libs/contracts && node libs/contracts/scripts/schemas.mjs';

const all = [...EVENT_TYPES, ...HEADER_SCHEMAS];

function jsonFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder)).filter((name) => name.endsWith('.json')).sort();
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
}

function ajv(): Ajv2020 {
  const made = new Ajv2020({ strict: true, allErrors: true });
  formats.default(made, ['date']);
  return made;
}

describe('the generated files', () => {
  it.each([...generatedFiles()])('%s is what the code gives', (path, text) => {
    expect(readFileSync(join(ROOT, path), 'utf8') === text, `${path} differs from the code; ${MAKE}`).toBe(true);
  });

  it('have none beside them that nothing makes', () => {
    expect(jsonFiles('schemas').map((name) => `schemas/${name}`), MAKE).toEqual([...generatedFiles().keys()].filter((path) => path.startsWith('schemas/')).sort());
  });

  it('are the same however often they are made', () => {
    expect([...generatedFiles()]).toEqual([...generatedFiles()]);
  });
});

describe('the released schemas', () => {
  const released = new Map(jsonFiles('schemas/released').map((name) => [name.replace(/\.json$/, ''), readJson(`schemas/released/${name}`) as JsonSchema]));

  it('are kept by the code', () => {
    expect(brokenPromises(released)).toEqual([]);
  });

  it('are missed where their type is gone, and named with what to do where they are broken', () => {
    const [first] = [...releaseFiles().keys()];
    expect(first).toMatch(/^schemas\/released\/docket\./);
    const name = 'docket.outcome.v1';
    const now = EVENT_TYPES.find((type) => type.name === name);
    if (!now) throw new Error('no outcome');
    expect(brokenPromises(new Map([[name, now.schema]]), [])).toEqual([`${name} was released and is gone: keep it for as long as its records are kept`]);
    const { stage: _stage, ...properties } = now.schema.properties ?? {};
    const without = { ...now, schema: { ...now.schema, properties, required: now.schema.required?.filter((one) => one !== 'stage') ?? [] } };
    expect(brokenPromises(new Map([[name, now.schema]]), [without])).toEqual([
      `${name} $.stage: required, but may be absent: breaks those who read by the released schema. Make it docket.outcome.v2`,
    ]);
  });
});

describe('each schema', () => {
  it.each(all.map((type) => [type.name, type.schema] as const))('%s compiles, is described, and its examples fit', (_name, schema) => {
    const fits = ajv().compile(schema);
    for (const example of schema.examples ?? []) expect([fits(JSON.parse(JSON.stringify(example))), fits.errors]).toEqual([true, null]);
    expect(undescribed(schema, '$')).toEqual([]);
  });

  it('has an example wherever it is an event', () => {
    expect(EVENT_TYPES.filter(({ schema }) => (schema.examples ?? []).length === 0)).toEqual([]);
  });

  it('gives examples that the code reads too', () => {
    const examples = (name: string) => EVENT_TYPES.find((type) => type.name === name)?.schema.examples ?? [];
    for (const name of ['docket.grant.work-unit.v1', 'docket.record.work-unit.v1']) {
      for (const example of examples(name)) expect(parseWorkUnit(Buffer.from(JSON.stringify(example)))).toEqual(example);
    }
    for (const example of examples('docket.control.command.v1') as ControlCommand[]) {
      expect(parseControlCommand(controlKey(example), Buffer.from(JSON.stringify(example)))).toEqual(example);
    }
  });
});

describe('the catalogue', () => {
  /** Inputs that were set aside, as they came. */
  const setAside = /\.(retry\.\d|dlq|parked|quarantine)$/;
  /** A stage's own state, which nobody else reads. */
  const own = [...stagesOf(LANES).flatMap((spec) => [ownTopics(spec).ledger, ownTopics(spec).attempts]), 'executor.quotas'];
  /** Nothing writes there yet. */
  const unwritten = /^(classified\.)?audit\.checkpoints$|^deadlines\.escalations$/;

  it('has a schema for every topic that carries events, and no schema names a topic that is not there', () => {
    const topics = topicCatalogue({ lanes: LANES, partitions: 6, replication: 3 }).map(({ name }) => name);
    const described = new Set(EVENT_TYPES.flatMap((type) => type.topics));
    expect(topics.filter((name) => !described.has(name) && !setAside.test(name) && !own.includes(name) && !unwritten.test(name))).toEqual([]);
    expect([...described].filter((name) => !topics.includes(name))).toEqual([]);
  });
});

/** Of the parser's severities: errors and warnings. */
const GRAVE: readonly number[] = [0, 1];

describe('the AsyncAPI document', () => {
  it('is valid AsyncAPI 3, without an error or a warning', async () => {
    const { document, diagnostics } = await new Parser().parse(JSON.stringify(asyncApiDocument()));
    expect(diagnostics.filter(({ severity }) => GRAVE.includes(severity)).map(({ code, message, path }) => `${code} ${path.join('/')}: ${message}`)).toEqual([]);
    expect(document?.version()).toBe('3.0.0');
    const actions = Object.fromEntries((document?.allOperations().all() ?? []).map((operation): [string, string] => [String(operation.id()), operation.action()]));
    expect(actions).toMatchObject({ 'write.grants.inbound': 'send', 'write.records.pii.inbound': 'send', 'read.outcomes': 'receive', 'read.classified.outcomes': 'receive' });
  });

  it("leaves out Docket's own topics", () => {
    const { channels } = asyncApiDocument() as { channels: Record<string, unknown> };
    expect(Object.keys(channels).filter((name) => /work-units|validated|ledger|control\.|\.retry\.|dlq|parked/.test(name))).toEqual([]);
    expect(Object.keys(channels).length).toBeGreaterThan(10);
  });
});

function undescribed(schema: JsonSchema, path: string): string[] {
  const within = Object.entries(schema.properties ?? {}).flatMap(([name, property]) => undescribed(property, `${path}.${name}`));
  const items = (schema.items && schema.items.type === 'object' ? Object.entries(schema.items.properties ?? {}) : []).flatMap(([name, property]) => undescribed(property, `${path}[*].${name}`));
  const branches = (schema.anyOf ?? []).filter(({ type }) => type === 'object').flatMap((branch, index) => undescribed(branch, `${path}|${index}`));
  return [...((schema.description ?? '') === '' ? [path] : []), ...within, ...items, ...branches];
}

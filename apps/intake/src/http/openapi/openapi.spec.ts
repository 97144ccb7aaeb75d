import 'reflect-metadata';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { DocketError } from '@docket/contracts';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { caller } from '../../auth/caller.js';
import type { Authenticator } from '../../auth/authenticator.js';
import { GRANTS, RECORDS, STREAM, TestDoor } from '../../testing/test-door.js';
import { Problem } from '../problem.js';
import { PROBLEMS, slugOf } from '../problem-catalogue.js';
import { BODIES } from './submissions.docs.js';

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, { readonly headers?: Readonly<Record<string, { readonly required: boolean; readonly schema: object }>>; readonly content: Readonly<Record<string, Media>> }>>;
}
interface Media {
  readonly schema: object;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}
type Document = { readonly openapi: string; readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>; readonly components: object };
interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

const COUNTY = caller('county', ['grants', 'records']);
/** Callers by the key that the tests send. */
const authenticator: Authenticator = {
  authenticate: ({ 'x-api-key': key }) => {
    if (key === 'unknown') throw new Problem('DOCKET_UNAUTHENTICATED', undefined, { authenticate: true });
    if (key === 'issuer') throw new Problem('DOCKET_ISSUER', undefined, { retryAfterSeconds: 5 });
    return key === 'nothing' ? caller('county', []) : COUNTY;
  },
  limitOf: () => (limited ? { perSecond: 1, burst: 1 } : undefined),
  tenantOfSource: () => undefined,
  stop: () => undefined,
};
let limited = false;
let door: TestDoor;
let document: Document;
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);

beforeAll(async () => {
  door = await new TestDoor().open({ httpAuth: 'required', maxBodyBytes: 64 * 1024 }, authenticator);
  document = (await (await fetch(`${door.url}/openapi.json`)).json()) as Document;
  ajv.addSchema({ $id: 'urn:docket:openapi', ...document });
});
afterAll(() => door.close());
beforeEach(() => {
  limited = false;
  door.write = () => Promise.resolve();
  door.refuse = () => undefined;
  door.clock.advance(100_000_000);
});

const pointer = (...parts: string[]) => `urn:docket:openapi#/${parts.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;
const compiled = new Map<string, ValidateFunction>();
function schemaAt(...parts: string[]): ValidateFunction {
  const place = pointer(...parts);
  const validate = compiled.get(place) ?? ajv.compile({ $ref: place });
  compiled.set(place, validate);
  return validate;
}
function expectValid(validate: ValidateFunction, value: unknown): void {
  expect(validate(value) ? [] : validate.errors, JSON.stringify(value)).toEqual([]);
}

async function call(method: string, path: string, init: { body?: string; headers?: Record<string, string> } = {}): Promise<Reply> {
  const response = await fetch(`${door.url}${path}`, { method, ...(init.body !== undefined && { body: init.body }), headers: { 'content-type': 'application/json', ...init.headers } });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** That status, with headers and body as the document says. Fails where the document knows no such status. */
function expectDocumented(path: string, method: string, { status, headers, text }: Reply): void {
  const described = document.paths[path]?.[method]?.responses[String(status)];
  expect(described, `${method} ${path} answered ${status}, which the document does not know: ${text.slice(0, 300)}`).toBeDefined();
  const place = ['paths', path, method, 'responses', String(status)];
  for (const [name, { required }] of Object.entries(described?.headers ?? {})) {
    const value = headers.get(name);
    if (required) expect(value, `header ${name}`).not.toBeNull();
    if (value !== null) expectValid(schemaAt(...place, 'headers', name, 'schema'), value);
  }
  const [type = ''] = (headers.get('content-type') ?? '').split(';');
  expect(Object.keys(described?.content ?? {})).toContain(type);
  const validate = schemaAt(...place, 'content', type, 'schema');
  if (type === 'text/plain') expectValid(validate, text);
  else if (type === 'application/x-ndjson') for (const line of text.split('\n').filter(Boolean)) expectValid(validate, JSON.parse(line));
  else expectValid(validate, JSON.parse(text));
}

const grant = JSON.stringify(BODIES.grant);
const manifests = JSON.stringify(BODIES.manifests);
const long = `?${'x'.repeat(3_000)}`;
const crowd = Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`x-${at}`, '1']));
const ndjson = { 'content-type': 'application/x-ndjson' };

/** The answer to bytes as they are. */
async function raw(bytes: string, meanwhile: () => Promise<void> = () => Promise.resolve()): Promise<Reply> {
  const socket = connect(Number(new URL(door.url).port), '127.0.0.1');
  socket.write(bytes);
  await meanwhile();
  const [got] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  const [head = '', text = ''] = got.toString().split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  return { status: Number(first.split(' ')[1]), headers: new Headers(lines.map((line) => line.split(': ') as [string, string])), text };
}

const noHost = (path: string) => raw(`GET ${path} HTTP/1.1\r\n\r\n`);
const expecting = (method: string, path: string) => raw(`${method} ${path} HTTP/1.1\r\nhost: a\r\nexpect: 200-ok\r\n\r\n`);

/** A request whose body does not come. */
function slow(path: string): Promise<Reply> {
  const before = door.clock.pending;
  return raw(`POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n{`, async () => {
    await vi.waitFor(() => expect(door.clock.pending).toBeGreaterThan(before));
    door.clock.advance(30_000);
  });
}

/** Two requests of which the second comes while the first is with the broker. */
async function twice(path: string, body: string): Promise<Reply> {
  let release = (): void => undefined;
  door.write = () => new Promise((resolve) => (release = resolve));
  const first = call('POST', path, { body, headers: { 'idempotency-key': 'twice' } });
  await vi.waitFor(() => expect(door.clock.pending).toBeGreaterThan(0));
  const second = await call('POST', path, { body, headers: { 'idempotency-key': 'twice' } });
  release();
  await first;
  return second;
}

async function reused(path: string, body: string, other: string): Promise<Reply> {
  await call('POST', path, { body, headers: { 'idempotency-key': 'reused' } });
  return call('POST', path, { body: other, headers: { 'idempotency-key': 'reused' } });
}

async function tooFast(path: string, body: string): Promise<Reply> {
  limited = true;
  await call('POST', path, { body });
  return call('POST', path, { body });
}

/** For each operation and status of the document: how to get that answer. */
const post = (path: string, body: string) => {
  const send = (headers: Record<string, string> = {}, given = body) => call('POST', path, { body: given, headers });
  return {
    400: () => send({}, ''),
    401: () => send({ 'x-api-key': 'unknown' }),
    403: () => send({ 'x-api-key': 'nothing' }),
    408: () => slow(path),
    409: () => twice(path, body),
    413: () => send({}, ' '.repeat(70_000)),
    414: () => call('POST', `${path}${long}`, { body }),
    415: () => send({ 'content-type': 'text/xml' }),
    417: () => expecting('POST', path),
    429: () => tooFast(path, body),
    431: () => send(crowd),
    500: () => {
      door.refuse = () => { throw new Error('ours'); };
      return send();
    },
    503: () => {
      door.refuse = () => ({ reason: 'blocked', retryAfterSeconds: 9 });
      return send();
    },
  };
};
const TOUR: Readonly<Record<string, Readonly<Record<string, () => Promise<Reply>>>>> = {
  submitGrant: { ...post(GRANTS, grant), 202: () => call('POST', GRANTS, { body: grant }), 422: () => reused(GRANTS, grant, '{"grantId":"other"}') },
  submitRecords: { ...post(RECORDS, manifests), 202: () => call('POST', RECORDS, { body: manifests }), 422: () => reused(RECORDS, manifests, '[{}]') },
  streamGrants: {
    200: () => call('POST', STREAM, { body: `${grant}\n[]\n`, headers: ndjson }),
    400: () => call('POST', `${STREAM}?a=1`, { body: grant, headers: ndjson }),
    401: () => call('POST', STREAM, { headers: { ...ndjson, 'x-api-key': 'unknown' } }),
    403: () => call('POST', STREAM, { headers: { ...ndjson, 'x-api-key': 'nothing' } }),
    414: () => call('POST', `${STREAM}${long}`, { headers: ndjson }),
    415: () => call('POST', STREAM, { body: grant }),
    417: () => expecting('POST', STREAM),
    431: () => call('POST', STREAM, { headers: { ...ndjson, ...crowd } }),
    500: () => {
      vi.spyOn(door.clock, 'now').mockImplementationOnce(() => { throw new Error('ours'); });
      return call('POST', STREAM, { body: grant, headers: ndjson });
    },
    503: () => call('POST', STREAM, { headers: { ...ndjson, 'x-api-key': 'issuer' } }),
  },
  listProblems: {
    200: () => call('GET', '/problems'), 400: () => noHost('/problems'), 417: () => expecting('GET', '/problems'), 414: () => call('GET', `/problems${long}`), 431: () => call('GET', '/problems', { headers: crowd }),
  },
  explainProblem: {
    200: () => call('GET', '/problems/internal'), 400: () => noHost('/problems/internal'), 417: () => expecting('GET', '/problems/internal'), 404: () => call('GET', '/problems/none'), 414: () => call('GET', `/problems/internal${long}`),
    431: () => call('GET', '/problems/internal', { headers: crowd }),
  },
};

const operations = () => Object.entries(document.paths).flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => ({ path, method, operation })));

/** The document is what the service does: it is valid, every answer that it names can be had, and no other. */
describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1 and names each operation once', async () => {
    expect(document.openapi).toBe('3.1.0');
    expect(await new Validator().validate(structuredClone(document) as unknown as Record<string, unknown>)).toEqual({ valid: true });
    expect(operations().map(({ operation }) => operation.operationId).sort()).toEqual(Object.keys(TOUR).sort());
  });

  it('has examples that fit its schemas', () => {
    let seen = 0;
    for (const { path, method, operation } of operations()) {
      const media = [
        ...Object.entries(operation.requestBody?.content ?? {}).map(([type, value]) => [['requestBody', 'content', type], value] as const),
        ...Object.entries(operation.responses).flatMap(([status, response]) => Object.entries(response.content).map(([type, value]) => [['responses', status, 'content', type], value] as const)),
      ];
      for (const [place, { examples }] of media) {
        for (const { value } of Object.values(examples ?? {})) {
          expectValid(schemaAt('paths', path, method, ...place, 'schema'), value);
          seen++;
        }
      }
    }
    expect(seen).toBeGreaterThan(40);
  });

  it('is kept by the service: each documented answer of each operation can be had, and is as documented', async () => {
    for (const { path, method, operation } of operations()) {
      const tour = TOUR[operation.operationId] ?? {};
      expect(Object.keys(tour), operation.operationId).toEqual(Object.keys(operation.responses));
      for (const [status, provoke] of Object.entries(tour)) {
        limited = false;
        door.write = () => Promise.resolve();
        door.refuse = () => undefined;
        const reply = await provoke();
        expect(`${operation.operationId} ${reply.status}`).toBe(`${operation.operationId} ${status}`);
        expectDocumented(path, method, reply);
      }
    }
  }, 30_000);

  it('knows every answer that the service gives, whatever is sent', async () => {
    const body = fc.oneof(fc.constantFrom(grant, manifests, '', '[', '{}', '[]', '"\\ud800"', '{"a":1e400}', `${grant}\n${grant}`, 'x'.repeat(70_000)), fc.json(), fc.string({ unit: 'binary' }));
    const headers = fc.record({
      'content-type': fc.constantFrom('application/json', 'application/x-ndjson', 'text/csv', 'text/plain', 'application/json; charset=latin1', 'nonsense'),
      'idempotency-key': fc.constantFrom('a', '"a"', '"', 'a b', 'b'.repeat(201)),
      'docket-digest': fc.constantFrom('x', '0'.repeat(64)),
      'docket-batch-trace-id': fc.constantFrom('x', '3d813cbb-47fb-52ba-91df-831e1593ac29'),
      'x-api-key': fc.constantFrom('unknown', 'nothing', 'issuer', 'good'),
      'content-encoding': fc.constantFrom('gzip', 'identity'),
      traceparent: fc.constantFrom('x'),
    }, { requiredKeys: [] }) as fc.Arbitrary<Record<string, string>>;
    await fc.assert(fc.asyncProperty(fc.constantFrom(GRANTS, STREAM, RECORDS), fc.constantFrom('', '?', '?a=b'), headers, body, async (path, query, given, sent) => {
      const reply = await call('POST', `${path}${query}`, { body: sent, headers: given });
      expect(reply.status).not.toBe(500);
      expectDocumented(path, 'post', reply);
    }), { numRuns: 300 });
  }, 60_000);
});

/** Each type of a problem can be looked up, here and in the documentation. */
describe('problems', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../../docs/problems.md'), 'utf8');

  it.each(Object.entries(PROBLEMS))('explains %s at its type and in docs/problems.md, in the same words', async (code, { status, text }) => {
    const [, section = ''] = new RegExp(`\\n## ${slugOf(code)}\\n([^#]*)`).exec(page) ?? [];
    expect(section.trim()).toBe(`${status}. ${text}`);
    expect((await call('GET', `/problems/${slugOf(code)}`)).text).toContain(text);
    expect((await call('GET', '/problems')).text).toContain(slugOf(code));
  });
});

describe('the page for people', () => {
  it('comes with its scripts from here, and may load nothing else', async () => {
    const page = await call('GET', '/docs');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html']);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
    const [...sources] = page.text.matchAll(/(?:src|href)=['"]([^'"]+)['"]/g);
    expect(sources.length).toBeGreaterThan(3);
    for (const [, source = ''] of sources) {
      const url = new URL(source, `${door.url}/docs`);
      expect(url.origin).toBe(door.url);
      expect((await fetch(url)).status, source).toBe(200);
    }
    expect(page.text).not.toMatch(/<script>|onclick=/);
  });

  it('is there without a credential, and so is the document', async () => {
    for (const path of ['/docs', '/openapi.json']) expect((await call('GET', path, { headers: { 'x-api-key': 'unknown' } })).status).toBe(200);
  });
});

it('answers 503 also where the broker is away', async () => {
  door.write = () => Promise.reject(new DocketError('DOCKET_PRODUCE', 'no', { kind: 'retriable' }));
  const reply = await call('POST', GRANTS, { body: '{"grantId":"away"}' });
  expect(reply.status).toBe(503);
  expectDocumented(GRANTS, 'post', reply);
});

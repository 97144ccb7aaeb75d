/**
 * The schema files tell the truth of what lies on the topics: after all samples were sent every record of every topic of the
 * catalogue fits the schema of its type, headers included, and every record that a stage made is of a type that is known.
 */
import { EVENT_TYPES, HEADER, HEADER_SCHEMAS, LANES, ownTopics, stagesOf, topicCatalogue, type EventType } from '@docket/contracts';
import { createKafka, readTopics, TopicNames } from '@docket/stage-kafka';
import { afterEach, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { Docket } from './support/docket.js';

const docket = new Docket();
afterEach(() => docket.dispose());

const lanes = LANES.filter((lane) => lane !== 'classified');
const SET_ASIDE = /\.(retry\.\d|dlq|parked|quarantine)$/;
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

const checks = new Map([...EVENT_TYPES, ...HEADER_SCHEMAS].map(({ name, schema }) => [name, z.fromJSONSchema(schema as z.core.JSONSchema.JSONSchema)]));

interface Seen {
  readonly topic: string;
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

it('every record on every topic fits its schema', async () => {
  const ended = docket.start().then((code) => Promise.reject(new Error(`ended with ${code}:\n${docket.output}`)));
  await Promise.race([ended, vi.waitFor(() => expect(docket.output).toContain('Ctrl-C stops everything'), { timeout: 280_000, interval: 500 })]);
  // Ended when the test is over.
  ended.catch(() => undefined);

  const own = new Set<string | undefined>([...stagesOf(lanes).flatMap((spec) => [ownTopics(spec).ledger, ownTopics(spec).attempts]), 'executor.quotas']);
  const topics = topicCatalogue({ lanes, partitions: 6, replication: 1 }).map(({ name }) => name).filter((name) => !own.has(name));
  const kafka = createKafka({ brokers: [`127.0.0.1:${9092 + docket.portOffset}`], clientId: 'event-schemas', log: quiet });
  const seen: Seen[] = [];
  await readTopics(kafka, new TopicNames(), topics, ({ topic, value, headers }) => {
    if (value) seen.push({ topic, value, headers });
  });

  const faults = new Set<string>();
  const counts = new Map<string, number>();
  for (const record of seen) {
    const { name, problems } = SET_ASIDE.test(record.topic) ? checkSetAside(record) : checkEvent(record);
    counts.set(name, (counts.get(name) ?? 0) + 1);
    for (const problem of problems) faults.add(`${record.topic} ${name}: ${problem}`);
  }
  expect([...faults]).toEqual([]);

  // What the samples do not bring about: people's commands, and a request that upstream itself reports.
  const rare = ['docket.control.command.v1', 'docket.request.received.v1', 'docket.headers.stage.v1', 'docket.headers.upstream.v1'];
  expect([...checks.keys()].filter((name) => !counts.has(name) && !rare.includes(name))).toEqual([]);
});

function checkSetAside({ headers }: Seen): { name: string; problems: string[] } {
  const name = 'docket.headers.set-aside.v1';
  return { name, problems: problemsOf(name, headers) };
}

function checkEvent({ topic, value, headers }: Seen): { name: string; problems: string[] } {
  const here = EVENT_TYPES.filter((type) => type.topics.includes(topic));
  // Where no header tells the type, or upstream chose it, the topic does.
  const type = here.find(({ name }) => name === headers[HEADER.type]) ?? (here.length === 1 && here[0]?.envelope !== 'stage' ? here[0] : undefined);
  if (!type) return { name: 'unknown', problems: [`of type ${headers[HEADER.type] ?? 'none'}`] };
  // Samples are wrong on purpose: what upstream writes is for intake and validator to judge.
  if (type.direction === 'write' && type.envelope === 'upstream') return { name: type.name, problems: [] };
  return { name: type.name, problems: [...problemsOf(type.name, JSON.parse(value.toString('utf8'))), ...headerProblems(type, headers)] };
}

function headerProblems({ envelope }: EventType, headers: Seen['headers']): string[] {
  return envelope === 'none' ? [] : problemsOf(`docket.headers.${envelope}.v1`, headers);
}

function problemsOf(name: string, value: unknown): string[] {
  const check = checks.get(name);
  if (!check) return [`${name} has no schema`];
  return (check.safeParse(value).error?.issues ?? []).map(({ path, message }) => `${name} ${path.map((step) => (typeof step === 'number' ? '*' : String(step))).join('.')}: ${message}`);
}

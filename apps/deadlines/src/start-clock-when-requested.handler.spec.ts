import 'reflect-metadata';
import { HEADER, REQUEST_SEEN, stageSpec, systemClock, type DeadlineClock } from '@docket/contracts';
import { Task, DEFAULT_RETRY_PLAN, type HandlerContext, type InputRecord, type OutputRecord, type StepRecord } from '@docket/stage';
import { RecordContext } from '@docket/stage-nest';
import { describe, expect, it, vi } from 'vitest';
import { ClockTable } from './clocks/clock-table.js';
import { decodeRequest } from './requests/decode-request.js';
import { StartClockWhenRequested } from './start-clock-when-requested.handler.js';

const request = { requestId: 'FOIA-2026-0001', tenant: 'example-agency', jurisdiction: 'US', receivedOn: '2026-11-20' };

function record(value: object, key = request.requestId, type = 'docket.request.received.v1'): InputRecord {
  return {
    topic: 'records.requests', partition: 3, offset: 7n, timestamp: 0, key, value: Buffer.from(JSON.stringify(value)),
    headers: {
      [HEADER.id]: 'id-1', [HEADER.source]: '/tenants/example-agency/http', [HEADER.type]: type,
      [HEADER.contentType]: 'application/json',
    },
  };
}

/** The stage as it runs, on a broker that acknowledges everything. */
async function run(input: InputRecord, clocks = new ClockTable()) {
  const handler = new StartClockWhenRequested(clocks);
  const steps: StepRecord[] = [];
  const written: OutputRecord[] = [];
  const warn = vi.fn();
  const committed = Promise.withResolvers<bigint>();
  const task = new Task({
    stage: {
      spec: stageSpec('deadlines'),
      policy: { concurrency: 1, windowRecords: 10, windowBytes: 1_000_000, handlerDeadlineMs: 1_000, maxThrottleMs: 1_000, retry: DEFAULT_RETRY_PLAN },
      decode: decodeRequest,
      handle: (data, call: HandlerContext) => Promise.resolve().then(() => handler.handle(data, new RecordContext([call]))),
    },
    port: {
      audit: (group) => Promise.resolve(void steps.push(...group)),
      write: (records) => Promise.resolve(void written.push(...records)),
      commit: (offset) => Promise.resolve(committed.resolve(offset)),
      pause: () => undefined,
      resume: () => undefined,
    },
    clock: systemClock,
    log: { info: () => undefined, warn, error: () => undefined },
    observer: { received: vi.fn(), started: vi.fn(), handled: vi.fn(), disposed: vi.fn(), deadLettered: vi.fn(), ended: vi.fn() },
    random: () => 0,
    onFailure: committed.reject,
  });
  task.start();
  task.accept([input]);
  expect(await committed.promise).toBe(input.offset + 1n);
  return { step: steps[0], written, warn };
}

const topics = (written: readonly OutputRecord[]) => written.map((entry) => entry.topic).sort();

describe('the deadlines stage', () => {
  it('does not move the day of receipt when a further document of a request comes in, but takes a correction', async () => {
    const clocks = new ClockTable();
    const seen = record(request, request.requestId, REQUEST_SEEN);
    const first = await run(seen, clocks);
    for (const { topic, key, value } of first.written) clocks.apply({ ...seen, topic, key, value });
    const later = await run(record({ ...request, receivedOn: '2026-12-01' }, request.requestId, REQUEST_SEEN), clocks);
    expect(later).toMatchObject({ written: [], step: { step: 'completed', code: 'clock-stands' } });
    expect((await run(record({ ...request, receivedOn: '2026-12-01' }), clocks)).written).toHaveLength(1);
  });

  it('writes the clock of a federal request under its request id', async () => {
    const { step, written } = await run(record(request));
    expect(topics(written)).toEqual(['deadlines.clocks']);
    expect(written[0]).toMatchObject({ key: request.requestId, headers: { [HEADER.type]: 'docket.deadline.clock.v1' } });
    expect(JSON.parse(String(written[0]?.value)) as DeadlineClock).toMatchObject({ ...request, escalateOn: '2026-12-15', dueOn: '2026-12-21' });
    expect(step).toMatchObject({ stage: 'deadlines', step: 'completed', code: 'ok' });
  });

  it('writes the same record again for the same request', async () => {
    const [first, second] = [await run(record(request)), await run(record(request))];
    expect(first.written[0]?.value).toEqual(second.written[0]?.value);
    expect(first.written[0]?.headers[HEADER.id]).toBe(second.written[0]?.headers[HEADER.id]);
  });

  it('writes no clock where the jurisdiction has none, and says so', async () => {
    const { step, written, warn } = await run(record({ ...request, jurisdiction: 'US-CA' }));
    expect(written).toEqual([]);
    expect(step).toMatchObject({ step: 'completed' });
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('not configured yet'), expect.objectContaining({ detail: 'US-CA', offset: '7' }));
  });

  it('rejects a request that breaks rules', async () => {
    const { step, written } = await run(record({ ...request, receivedOn: '2026-02-29' }));
    expect(step).toMatchObject({ step: 'rejected', code: 'DOCKET_RULE_DATE_ISO8601' });
    expect(topics(written)).toEqual(['errors', 'outcomes']);
  });

  it('dead-letters a record whose key is not its request id', async () => {
    const { step, written } = await run(record(request, 'other'));
    expect(step).toMatchObject({ step: 'dead-lettered', code: 'DOCKET_REQUEST_KEY' });
    expect(topics(written)).toEqual(['deadlines.dlq', 'errors', 'outcomes']);
  });
});

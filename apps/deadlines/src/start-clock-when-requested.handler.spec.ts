import 'reflect-metadata';
import { HEADER, REQUEST_SEEN, type DeadlineClock } from '@docket/contracts';
import { testStage, type StageTest, type TestRecord, type TestResult } from '@docket/stage-nest/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ClockTable } from './clocks/clock-table.js';
import { decodeRequest } from './requests/decode-request.js';
import { StartClockWhenRequested } from './start-clock-when-requested.handler.js';

const request = { requestId: 'FOIA-2026-0001', tenant: 'example-agency', jurisdiction: 'US', receivedOn: '2026-11-20' };

function record(more: Partial<typeof request> = {}, type = 'docket.request.received.v1', id = 'id-1'): TestRecord {
  return { key: request.requestId, payload: { ...request, ...more }, headers: { [HEADER.id]: id, [HEADER.source]: '/tenants/example-agency/http', [HEADER.type]: type } };
}

const topics = ({ outputs }: TestResult) => outputs.map(({ topic }) => topic);

describe('the deadlines stage', () => {
  const warn = vi.fn();
  let clocks: ClockTable;
  let stage: StageTest;
  beforeEach(async () => {
    clocks = new ClockTable();
    const log = { info: vi.fn(), warn, error: vi.fn() };
    stage = await testStage(StartClockWhenRequested, { providers: [{ provide: ClockTable, useValue: clocks }], binding: { decode: decodeRequest }, log });
  });
  afterEach(() => stage.close());

  it('does not move the day of receipt when a further document of a request comes in, but takes a correction', async () => {
    const first = await stage.run(record({}, REQUEST_SEEN));
    for (const output of first.outputs) clocks.apply({ ...output, partition: 0, offset: 0n, timestamp: 0 });
    const later = await stage.run(record({ receivedOn: '2026-12-01' }, REQUEST_SEEN, 'id-2'));
    expect(later).toMatchObject({ outputs: [], steps: [{ step: 'completed', code: 'clock-stands' }] });
    expect((await stage.run(record({ receivedOn: '2026-12-01' }, 'docket.request.received.v1', 'id-3'))).outputs).toHaveLength(1);
  });

  it('writes the clock of a federal request under its request id', async () => {
    const { outputs, steps } = await stage.run(record());
    expect(outputs).toMatchObject([{ topic: 'deadlines.clocks', key: request.requestId, headers: { [HEADER.type]: 'docket.deadline.clock.v1' } }]);
    expect(JSON.parse(String(outputs[0]?.value)) as DeadlineClock).toMatchObject({ ...request, escalateOn: '2026-12-15', dueOn: '2026-12-21' });
    expect(steps).toMatchObject([{ stage: 'deadlines', step: 'completed', code: 'ok' }]);
  });

  it('writes the same record again for the same request', async () => {
    const [first, second] = [await stage.run(record()), await stage.run(record())];
    expect(first.outputs[0]?.value).toEqual(second.outputs[0]?.value);
    expect(first.outputs[0]?.headers[HEADER.id]).toBe(second.outputs[0]?.headers[HEADER.id]);
  });

  it('writes no clock where the jurisdiction has none, and says so', async () => {
    expect(await stage.run(record({ jurisdiction: 'US-CA' }))).toMatchObject({ outputs: [], steps: [{ step: 'completed' }] });
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('not configured yet'), expect.objectContaining({ detail: 'US-CA' }));
  });

  it('rejects a request that breaks rules', async () => {
    expect(await stage.run(record({ receivedOn: '2026-02-29' }))).toMatchObject({
      kind: 'invalid', outputs: [], steps: [{ step: 'rejected', code: 'DOCKET_RULE_DATE_ISO8601' }], outcome: { state: 'rejected' },
    });
  });

  it('dead-letters a record whose key is not its request id', async () => {
    const result = await stage.run({ ...record(), key: 'other' });
    expect(result).toMatchObject({ kind: 'poison', steps: [{ step: 'dead-lettered', code: 'DOCKET_REQUEST_KEY' }], outcome: { state: 'dead-lettered' } });
    expect(topics(result)).toEqual(['deadlines.dlq']);
  });
});

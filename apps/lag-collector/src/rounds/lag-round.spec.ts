import { createMetrics } from '@docket/observability';
import type { OutputRecord } from '@docket/stage';
import type { PartitionProgress } from '@docket/stage-kafka';
import { describe, expect, it } from 'vitest';
import { LagView } from '../lag/lag-view.js';
import { lagRound } from './lag-round.js';

const NOW = Date.parse('2026-11-20T12:00:00.000Z');

function setUp() {
  const metrics = createMetrics('lag-collector', 'standard', 'test');
  const written: OutputRecord[] = [];
  const view = new LagView();
  // Six records ten seconds ago, the others since, one a second or more.
  view.ended([0, 1].map((partition) => ({ topic: 'grants.validated', partition, end: 6 })), NOW - 10_000);
  view.ended([0, 1].map((partition) => ({ topic: 'grants.validated', partition, end: 10 })), NOW);
  const parts = {
    measure: (): Promise<PartitionProgress[]> =>
      Promise.resolve([
        { group: 'docket-executor', topic: 'grants.validated', partition: 0, records: 4, committed: 6, owned: true },
        { group: 'docket-executor', topic: 'grants.validated', partition: 1, records: 1, committed: 9, owned: true },
      ]),
    view,
    write: (records: readonly OutputRecord[]) => Promise.resolve(void written.push(...records)),
    topic: 'control.lag',
    metrics,
    clock: { now: () => NOW, schedule: () => () => undefined },
  };
  return { metrics, written, parts };
}

const gauge = async (text: Promise<string>, name: string) => (await text).split('\n').filter((line) => line.startsWith(`docket_${name}{`));

describe('a lag round', () => {
  it('sets a gauge for each partition and writes a record for each group and topic', async () => {
    const { metrics, written, parts } = setUp();
    await lagRound(parts);
    expect(await gauge(metrics.text(), 'consumer_lag_records')).toEqual([
      'docket_consumer_lag_records{group="docket-executor",topic="grants.validated",partition="0",component="lag-collector",lane="standard"} 4',
      'docket_consumer_lag_records{group="docket-executor",topic="grants.validated",partition="1",component="lag-collector",lane="standard"} 1',
    ]);
    expect(await gauge(metrics.text(), 'consumer_lag_seconds')).toEqual([
      'docket_consumer_lag_seconds{group="docket-executor",topic="grants.validated",partition="0",component="lag-collector",lane="standard"} 10',
      'docket_consumer_lag_seconds{group="docket-executor",topic="grants.validated",partition="1",component="lag-collector",lane="standard"} 2.5',
    ]);
    expect((await gauge(metrics.text(), 'consumer_group_status')).filter((line) => line.endsWith(' 1'))).toEqual([
      'docket_consumer_group_status{group="docket-executor",topic="grants.validated",status="OK",component="lag-collector",lane="standard"} 1',
    ]);
    expect(written).toHaveLength(1);
    expect(written[0]).toMatchObject({ topic: 'control.lag', key: 'docket-executor/grants.validated', headers: { ce_type: 'docket.lag.v1' } });
    expect(JSON.parse(String(written[0]?.value))).toEqual({
      group: 'docket-executor', topic: 'grants.validated', records: 5, seconds: 10, drainSeconds: 0, status: 'OK', at: '2026-11-20T12:00:00.000Z',
    });
    expect(await gauge(metrics.text(), 'lag_last_success_timestamp_seconds')).toEqual([
      `docket_lag_last_success_timestamp_seconds{component="lag-collector",lane="standard"} ${NOW / 1000}`,
    ]);
  });

  it('forgets partitions that are gone', async () => {
    const { metrics, parts } = setUp();
    await lagRound(parts);
    await lagRound({ ...parts, measure: () => Promise.resolve([{ group: 'docket-executor', topic: 'grants.validated', partition: 0, records: 0, committed: 10, owned: true }]) });
    expect(await gauge(metrics.text(), 'consumer_lag_records')).toHaveLength(1);
  });

  it('is no success where the records cannot be written', async () => {
    const { metrics, parts } = setUp();
    await expect(lagRound({ ...parts, write: () => Promise.reject(new Error('away')) })).rejects.toThrow('away');
    expect(await gauge(metrics.text(), 'lag_last_success_timestamp_seconds')).toEqual([
      'docket_lag_last_success_timestamp_seconds{component="lag-collector",lane="standard"} 0',
    ]);
  });
});

import { stagesOf, type TopicLag } from '@docket/contracts';
import { describe, expect, it } from 'vitest';
import { LagSignal, stagesBehind } from './lag-signal.js';

const stages = stagesBehind('grant', 'standard', stagesOf(['standard']));
const lag = (group: string, topic: string, given: Partial<TopicLag> = {}): TopicLag => ({
  group: `p.docket-${group}`, topic, records: 0, seconds: 0, drainSeconds: 0, status: 'OK', at: '2026-11-20T12:00:00.000Z', ...given,
});
const signal = (...lags: unknown[]) => {
  const told = new LagSignal((stage) => `p.docket-${stage}`);
  const read = lags.map((value) => told.apply({ value: Buffer.from(JSON.stringify(value)) }));
  return { read, of: told.of(stages) };
};

describe('the signal of admission', () => {
  it('comes from the stages that follow once a unit is let in, not from what waits to be let in', () => {
    expect(stages.map(({ input }) => input)).toEqual(['grants.submissions', 'grants.work-units', 'grants.validated']);
    expect(stagesBehind('record', 'pii', stagesOf(['pii'])).map(({ input }) => input)).toEqual(['records.pii.submissions', 'records.pii.work-units', 'records.pii.validated']);
  });

  it('is the longest wait of the slowest stage that calls nobody, as old as the oldest measurement', () => {
    const { of } = signal(
      lag('validator.grants', 'grants.work-units', { seconds: 3, drainSeconds: 7, records: 12 }),
      lag('executor', 'grants.validated', { seconds: 500, drainSeconds: 900, records: 40, at: '2026-11-20T11:59:00.000Z' }),
      lag('intake.grants.http', 'grants.submissions', { records: 1 }),
      lag('intake.grants', 'grants.inbound', { seconds: 900 }),
      lag('console', 'grants.work-units', { seconds: 800 }),
    );
    expect(of).toEqual({
      delaySeconds: 7, signalAt: Date.UTC(2026, 10, 20, 11, 59),
      waiting: new Map([
        ['grants.submissions', { records: 1, at: Date.UTC(2026, 10, 20, 12) }], ['grants.work-units', { records: 12, at: Date.UTC(2026, 10, 20, 12) }],
        ['grants.validated', { records: 40, at: Date.UTC(2026, 10, 20, 11, 59) }],
      ]),
    });
  });

  it('is not known while a stage has not been told of; what waits for those that were told of is', () => {
    const { of } = signal(lag('executor', 'grants.validated', { records: 9 }));
    expect(of.delaySeconds).toBeUndefined();
    expect([...of.waiting].map(([topic, { records }]) => [topic, records])).toEqual([['grants.validated', 9]]);
  });

  it.each([['text'], [{}], [lag('executor', 'grants.validated', { seconds: -1 })], [{ ...lag('executor', 'grants.validated'), seconds: '1' }]])(
    'passes over what is no such record and keeps what it knew: %j', (bad) => {
      const good = [lag('intake.grants.http', 'grants.submissions'), lag('validator.grants', 'grants.work-units', { seconds: 4 }), lag('executor', 'grants.validated')];
      const { read, of } = signal(...good, bad);
      expect(read).toEqual([true, true, true, false]);
      expect(of.delaySeconds).toBe(4);
    },
  );
});

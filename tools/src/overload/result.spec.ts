/** What a run of samples says about the door and the memory behind it. */
import { describe, expect, it } from 'vitest';
import { parseAdmission } from './admission-probe.js';
import { memoryGrowth, openAgainAfter } from './result.js';
import { toCsv, type Sample } from './sample.js';

function sample(second: number, admission: string, memory = 100, phase: Sample['phase'] = 'recovery'): Sample {
  return {
    second, phase, admission, scale: 1, offeredHttp: 1, offeredKafka: 1, acceptedHttp: 1, refused: 0, letIn: 2, ended: 2, inboundBacklog: 0, lagRecords: 0, lagSeconds: 0, drainSeconds: 0,
    memory: { intake: memory },
  };
}

describe('openAgainAfter', () => {
  it('counts from the end of the overload to when it opens to stay', () => {
    expect(openAgainAfter([sample(60, 'shedding'), sample(61, 'open'), sample(62, 'throttled'), sample(70, 'open'), sample(71, 'open')], 60)).toBe(10);
    expect(openAgainAfter([sample(60.2, 'open'), sample(61, 'open')], 60)).toBe(0);
    expect(openAgainAfter([sample(60, 'open'), sample(61, 'throttled')], 60)).toBeNull();
  });
});

it('compares memory of the halves of the overload alone', () => {
  const overload = [100, 100, 110, 130].map((memory, index) => sample(index, 'open', memory, 'overload'));
  expect(memoryGrowth([sample(-1, 'open', 5, 'warm-up'), ...overload, sample(9, 'open', 900)])).toEqual({ intake: 1.2 });
});

it('reads the admission of grants from metrics, whatever other labels they have', () => {
  const text = [
    'docket_admission_state{component="intake",kind="record",lane="standard",state="open"} 1',
    'docket_admission_state{state="open",kind="grant",component="intake"} 0', 'docket_admission_state{component="intake",kind="grant",state="shedding"} 1',
    'docket_admission_scale_ratio{kind="grant",component="intake"} 0.4',
  ].join('\n');
  expect(parseAdmission(text)).toEqual({ state: 'shedding', scale: 0.4 });
  expect(parseAdmission('').state).toBe('unknown');
});

it('writes a row a sample, services as columns', () => {
  expect(toCsv([sample(1, 'open')]).split('\n')[0]).toMatch(/^second,phase,.*lagSeconds,drainSeconds,intake MiB$/);
});

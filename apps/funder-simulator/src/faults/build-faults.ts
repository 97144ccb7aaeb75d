import type { Clock } from '@docket/contracts';
import type { FunderSpec } from '../funders/funder-file.schema.js';
import type { Fault } from './fault.port.js';
import { LatencyFault } from './latency.fault.js';
import { LostAnswerFault } from './lost-answer.fault.js';
import { OutageFault } from './outage.fault.js';
import { QuotaFault } from './quota.fault.js';
import { retryAfterWriter } from './retry-after.js';
import { ThrottleFault } from './throttle.fault.js';

/**
 * The faults of a funder, in the order in which they are asked: a throttled call uses up no quota. `faults` of the
 * file has one kind so far.
 */
export function buildFaults(spec: FunderSpec, clock: Clock): Fault[] {
  const retryAfter = retryAfterWriter(spec.retryAfter, clock);
  return [
    ...(spec.downForMsAfterStart > 0 ? [new OutageFault(spec.downForMsAfterStart, clock, retryAfter)] : []),
    ...(spec.rate === undefined ? [] : [new ThrottleFault(spec.rate, clock, retryAfter)]),
    ...(spec.monthlyQuota === undefined ? [] : [new QuotaFault(spec.monthlyQuota, clock, retryAfter)]),
    ...(spec.latencyMs > 0 ? [new LatencyFault(spec.latencyMs, clock)] : []),
    ...spec.faults.map((fault) => new LostAnswerFault(fault.step, fault.every)),
  ];
}

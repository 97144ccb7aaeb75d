import type { Clock } from '@docket/contracts';
import type { FunderSpec } from '../funders/funder-file.schema.js';
import { CallChoice } from './call-choice.js';
import { LostAnswerFault, ResetFault } from './cut.fault.js';
import type { Fault } from './fault.port.js';
import type { CallChoiceSpec, FaultSpec } from './fault.schema.js';
import { OutageFault } from './outage.fault.js';
import { QuotaFault } from './quota.fault.js';
import { retryAfterWriter, type RetryAfterForm } from './retry-after.js';
import { SlowFault } from './slow.fault.js';
import { StatusFault } from './status.fault.js';
import { ThrottleFault } from './throttle.fault.js';

export interface BuildFaultOptions {
  /** Of the funder's 429 and 5xx. */
  readonly retryAfter: RetryAfterForm;
  readonly seed: number;
  readonly clock: Clock;
}

/** The faults that a funder has by its file, in the order in which they are asked: a throttled call uses up no quota. */
export function buildFaults(spec: FunderSpec, clock: Clock): Fault[] {
  const retryAfter = retryAfterWriter(spec.retryAfter, clock);
  const build = (fault: FaultSpec, index: number) => buildFault(fault, { retryAfter: spec.retryAfter, seed: index, clock });
  const slow: FaultSpec[] = spec.latencyMs > 0 ? [{ kind: 'slow', ms: spec.latencyMs, every: 1, probability: 1 }] : [];
  return [
    ...(spec.downForMsAfterStart > 0 ? [new OutageFault(spec.downForMsAfterStart, clock, retryAfter)] : []),
    ...(spec.rate === undefined ? [] : [new ThrottleFault(spec.rate, clock, retryAfter)]),
    ...(spec.monthlyQuota === undefined ? [] : [new QuotaFault(spec.monthlyQuota, clock, retryAfter)]),
    ...[...slow, ...spec.faults].map(build),
  ];
}

export function buildFault(fault: FaultSpec, { retryAfter: form, seed, clock }: BuildFaultOptions): Fault {
  const retryAfter = retryAfterWriter(form, clock);
  const choice = (spec: CallChoiceSpec) => new CallChoice(spec, seed);
  switch (fault.kind) {
    case 'lose-answer':
      return new LostAnswerFault('close', choice(fault));
    case 'reset':
      return fault.when === 'before-effect' ? new ResetFault(choice(fault)) : new LostAnswerFault('reset', choice(fault));
    case 'status': {
      const { retryAfterMs } = fault;
      return new StatusFault(fault.status, choice(fault), () => (retryAfterMs === undefined ? {} : retryAfter(retryAfterMs)));
    }
    case 'slow':
      return new SlowFault(fault.ms, choice(fault), clock);
    case 'throttle':
      return new ThrottleFault(fault, clock, retryAfter);
    case 'quota':
      return new QuotaFault(fault.submissions, clock, retryAfter);
  }
}

import { ledgerDays, type StageSpec } from '@docket/contracts';
import { workUnitDecoder, type Decoder, type HandlerResult, type InputRecord, type Stage, type StagePolicy } from '@docket/stage';
import type { MessageHandler } from '@nestjs/microservices';
import { callHandler } from './call-handler.js';
import { RecordContext } from './record-context.js';

const DAY_MS = 86_400_000;

/** How a stage differs from the defaults. */
export interface StageBinding {
  /** Default: reads a work unit. */
  readonly decode?: Decoder;
  readonly policy?: Partial<StagePolicy>;
  readonly groupOf?: (record: InputRecord) => string;
  /** See Stage. */
  readonly gate?: (group: string, running: number) => number;
  /** What the gate stands for, for metrics; default: `funder_limit`. */
  readonly gateReason?: 'backpressure' | 'funder_limit' | 'breaker';
}

/** What the settings say of every stage of a process. */
export interface StageDefaults {
  /** Milliseconds, rising, one a retry topic. */
  readonly retryDelays: readonly number[];
  readonly acceptGaps: boolean;
}

/** The stage as it runs: its entry in the catalogue, its handler, and the defaults as far as the binding does not differ. */
export function bindStage(spec: StageSpec, handler: MessageHandler, defaults: StageDefaults, binding: StageBinding = {}): Stage {
  const { decode = workUnitDecoder, policy, groupOf, gate } = binding;
  return {
    spec, decode,
    policy: { ...defaultPolicy(spec, defaults), ...policy },
    handle: (data, call) => callHandler(handler, data, new RecordContext([call])) as Promise<HandlerResult>,
    ...(groupOf && { groupOf }), ...(gate && { gate }),
  };
}

function defaultPolicy(spec: StageSpec, { retryDelays, acceptGaps }: StageDefaults): StagePolicy {
  return {
    concurrency: 16,
    windowRecords: 2_000,
    windowBytes: 8 * 1024 * 1024,
    handlerDeadlineMs: 30_000,
    retryDelaysMs: retryDelays,
    maxAttempts: retryDelays.length + 1,
    maxHeld: 10_000,
    dedupeWindowMs: ledgerDays(spec) * DAY_MS,
    deadLetterLimit: { of: 200, most: 100 },
    acceptGaps,
  };
}

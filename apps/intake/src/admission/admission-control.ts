import type { Clock, StageSpec, UnitKind } from '@docket/contracts';
import type { Metrics } from '@docket/observability';
import { BLIND_MS, TICK_MS, type AdmissionMode, type AdmissionPolicy } from './admission-law.js';
import type { Admission, Refusal } from './admission.port.js';
import type { AuditWatch } from './audit-watch.js';
import type { LagSignal } from './lag-signal.js';
import { PipelineAdmission } from './pipeline-admission.js';

const MODES: readonly AdmissionMode[] = ['open', 'throttled', 'shedding', 'blocked'];

/** OPS-BACKPRESSURE-01: admission stops at this fill of any queue behind the front door, and begins again below the other. */
const BLOCK_AT = 0.85;
const RELEASE_AT = 0.6;

export interface Pipeline {
  readonly kind: UnitKind;
  readonly targetSeconds: number;
  /** Units a second. */
  readonly ceiling: number;
  /** Records that may wait on one of its topics. */
  readonly capacity: number;
  /** Those behind intake. */
  readonly stages: readonly StageSpec[];
}

export interface AdmissionControlOptions {
  readonly pipelines: readonly Pipeline[];
  readonly lag: LagSignal;
  readonly audit: Pick<AuditWatch, 'acks'>;
  /** Fill of what waits for the broker, 0 to 1. */
  readonly producerFill: () => number;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'set'>;
  readonly log: { info(msg: string, fields?: object): void };
  readonly random?: () => number;
}

/** Lets in what the stages behind can bear, of each pipeline by itself: once a tick it looks at what is known and applies the law. */
export class AdmissionControl implements Admission {
  readonly #options: AdmissionControlOptions;
  readonly #pipelines: ReadonlyMap<UnitKind, { readonly pipeline: Pipeline; readonly admission: PipelineAdmission; mode: AdmissionMode }>;
  #cancel: (() => void) | undefined;

  constructor(options: AdmissionControlOptions) {
    this.#options = options;
    const { clock, random = Math.random } = options;
    this.#pipelines = new Map(options.pipelines.map((pipeline) => {
      const { targetSeconds, ceiling } = pipeline;
      const policy: AdmissionPolicy = { targetSeconds, ceiling, blockAt: BLOCK_AT, releaseAt: RELEASE_AT };
      return [pipeline.kind, { pipeline, admission: new PipelineAdmission(clock, policy, random), mode: 'open' }];
    }));
  }

  /** Decides at once, and from then on every tick. */
  start(): void {
    this.#tick();
  }

  stop(): void {
    this.#cancel?.();
  }

  refuse(kind: UnitKind, units: number): Refusal | undefined {
    return this.#of(kind).admission.refuse(units);
  }

  charge(kind: UnitKind, units: number): void {
    this.#of(kind).admission.charge(units);
  }

  /** Milliseconds that the next record of the kind's inbound topic has to wait; at 0 it is counted as let in. */
  gate(kind: UnitKind): number {
    return this.#of(kind).admission.gate();
  }

  #of(kind: UnitKind) {
    const found = this.#pipelines.get(kind);
    if (!found) throw new Error(`this intake has no pipeline for a ${kind}`);
    return found;
  }

  #tick(): void {
    const { clock, lag, audit, producerFill, metrics, log } = this.#options;
    const buffered = producerFill();
    metrics.set('queue_fill_ratio', buffered, { queue: 'producer' });
    for (const entry of this.#pipelines.values()) {
      const { pipeline, admission } = entry;
      const { kind, targetSeconds, capacity, stages } = pipeline;
      const { delaySeconds: behind, signalAt, waiting } = lag.of(stages);
      // Of a signal this old nobody knows whether the queue is full still.
      const told = [...waiting].filter(([, { at }]) => clock.now() - at < BLIND_MS);
      const fills = told.map(([queue, { records }]) => ({ queue, fill: records / capacity }));
      // What a stage has by number counts as delay too, or the door would be wide open up to the moment that it is shut.
      const outside = new Set(stages.filter(({ callsOutside }) => callsOutside).map(({ input }) => input));
      const byNumber = targetSeconds * Math.max(0, ...fills.filter(({ queue }) => outside.has(queue)).map(({ fill }) => fill));
      const delaySeconds = behind === undefined ? undefined : Math.max(behind, byNumber);
      const state = admission.tick({ delaySeconds, signalAt, auditAcks: audit.acks, fill: Math.max(buffered, ...fills.map(({ fill }) => fill)) });
      if (state.mode !== entry.mode) log.info('admission changed', { detail: `${kind}: ${state.mode}`, count: Math.round(delaySeconds ?? 0) });
      entry.mode = state.mode;
      for (const { queue, fill } of fills) metrics.set('queue_fill_ratio', fill, { queue });
      for (const mode of MODES) metrics.set('admission_state', mode === state.mode ? 1 : 0, { kind, state: mode });
      metrics.set('admission_scale_ratio', state.scale, { kind });
      metrics.set('admission_signal_seconds', delaySeconds ?? 0, { kind });
      metrics.set('admission_target_seconds', targetSeconds, { kind });
    }
    this.#cancel = clock.schedule(TICK_MS, () => this.#tick());
  }
}

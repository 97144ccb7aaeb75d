import type { Clock, StageSpec } from '@docket/contracts';
import { noCalls, type CallPort, type OutsideCalls } from './outside-calls.js';
import type { InputRecord, UnitIdentity } from './record.js';
import type { HandlerRun } from './run-handler.js';
import type { HandlerContext, Stage, StageLog } from './stage.js';
import type { Work } from './work.js';

export interface CallSurroundings {
  readonly stage: Stage;
  readonly clock: Clock;
  readonly log: StageLog;
  readonly calls: OutsideCalls | undefined;
}

/** What a handler is given; its signal and its calls are made when they are asked for. */
export class CallContext implements HandlerContext {
  readonly stage: StageSpec;
  readonly record: InputRecord;
  readonly attempt: number;
  readonly orderKey: string;
  readonly clock: Clock;
  readonly log: StageLog;
  readonly #calls: OutsideCalls | undefined;
  readonly #work: Work;
  readonly #run: HandlerRun;

  constructor(around: CallSurroundings, work: Work, readonly identity: UnitIdentity, run: HandlerRun, readonly gatedMs: number) {
    this.stage = around.stage.spec;
    this.clock = around.clock;
    this.log = around.log;
    this.#calls = around.calls;
    this.record = work.record;
    this.attempt = work.attempt;
    this.orderKey = work.key;
    this.#work = work;
    this.#run = run;
  }

  get signal(): AbortSignal {
    return this.#run.signal;
  }

  get calls(): CallPort {
    return this.#calls?.of(this.#work, () => this.#run.signal) ?? noCalls;
  }
}

import type { RatioSpec } from './report/ratios.js';
import type { Measurement } from './report/sample.js';

/** One subject's turn in one round. */
export interface Turn {
  readonly subject: string;
  /** Counts from 1; what is not counted has 0 and less. */
  readonly round: number;
  /** How much work; each bench says what a unit is. */
  readonly units: number;
  /** `host:port`; empty where the bench needs no broker. */
  readonly brokers: readonly string[];
  /** For topics, groups and transactional ids: no other turn has it. */
  readonly prefix: string;
  /** Told in a few words what is being done. */
  readonly progress: (text: string) => void;
}

/** A file `benches/<name>.bench.ts` exports one as `bench`; the file's name is the bench's. */
export interface Bench {
  /** What is measured, in a line. */
  readonly summary: string;
  /** What `--units` counts, in a few words. */
  readonly unitsMean: string;
  /** Each is a file `subjects/<name>.ts`, run in a process of its own. */
  readonly subjects: readonly string[];
  readonly rounds: number;
  readonly units: number;
  /** Whether a broker is started; one serves the whole run. */
  readonly needsBroker: boolean;
  readonly ratios: readonly RatioSpec[];
  /**
   * Measures one subject once, warmed up, with everything of its own. Throws where the subject ends, loses work or
   * doubles what it must not: then the whole run has failed.
   */
  measure(turn: Turn): Promise<readonly Measurement[]>;
}

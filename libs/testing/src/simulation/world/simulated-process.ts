import type { Clock } from '@docket/contracts';
import type { Trace } from './trace.js';
import type { Happening, VirtualTime } from './virtual-time.js';

type Kind = 'timer' | 'answer';

/**
 * A process that can vanish at any await, stand still and wake, and have its wall clock moved. What is due while it
 * stands still comes when it wakes: its timers first, as in Node, then what the sockets hold.
 */
export class SimulatedProcess {
  readonly clock: Clock;
  #alive = true;
  #frozenUntil = 0;
  #skewMs = 0;
  #latest = 0;
  #late: { kind: Kind; happening: Happening }[] = [];

  constructor(
    readonly name: string,
    readonly time: VirtualTime,
    readonly trace: Trace,
  ) {
    this.clock = {
      now: () => time.now + this.#skewMs,
      schedule: (ms, fn) => this.later(ms, fn, 'timer'),
    };
  }

  get alive(): boolean {
    return this.#alive;
  }

  get frozen(): boolean {
    return this.time.now < this.#frozenUntil;
  }

  /** The latest that its clock has shown: what was due then stays so when the clock is set back. */
  get latest(): number {
    return Math.max(this.#latest, this.clock.now());
  }

  /** Runs `fn` in the process after `ms`, never once it is gone. Returns what cancels it. */
  later(ms: number, fn: () => void, kind: Kind): () => void {
    const happening = this.time.after(ms, () => this.#due(happening, fn, kind), true);
    return () => (happening.fn = undefined);
  }

  /** Gone between two steps: nothing of it ever runs again. */
  crash(): void {
    this.#alive = false;
    this.#late = [];
    this.trace.note(this.name, () => 'is gone');
  }

  freeze(ms: number): void {
    this.#frozenUntil = Math.max(this.#frozenUntil, this.time.now + ms);
    this.trace.note(this.name, () => `stands still for ${ms} ms`);
    this.time.after(ms, () => this.#wake());
  }

  /** True where its clock was never moved: what it measured by the clock can be relied upon. */
  get clockIsTrue(): boolean {
    return this.#latest === 0;
  }

  moveClock(ms: number): void {
    this.#latest = this.latest;
    this.#skewMs += ms;
    this.trace.note(this.name, () => `clock moved by ${ms} ms`);
  }

  #due(happening: Happening, fn: () => void, kind: Kind): void {
    if (!this.#alive) return;
    if (!this.frozen) return fn();
    happening.fn = fn;
    this.#late.push({ kind, happening });
  }

  #wake(): void {
    if (!this.#alive || this.frozen) return;
    this.trace.note(this.name, () => `wakes with ${this.#late.length} late`);
    const late = this.#late;
    this.#late = [];
    for (const kind of ['timer', 'answer'] as const) {
      for (const { happening } of late.filter((entry) => entry.kind === kind)) {
        // Looked at when its turn comes: one of those before it may cancel it, end the process or stop it again.
        this.time.after(0, () => {
          const { fn } = happening;
          if (fn) this.#due(happening, fn, kind);
        }, true);
      }
    }
  }
}

export interface HealthState {
  readonly ok: boolean;
  readonly checks: Record<string, boolean>;
}

type Check = () => boolean;

/**
 * The health of a process. Live: nothing but a restart helps where it is false. Ready: may be given work.
 * Draining makes it unready at once and for good.
 */
export class Health {
  readonly #live = new Map<string, Check>();
  readonly #ready = new Map<string, Check>();
  #draining = false;

  addLive(name: string, check: Check): void {
    this.#live.set(name, check);
  }

  addReady(name: string, check: Check): void {
    this.#ready.set(name, check);
  }

  startDraining(): void {
    this.#draining = true;
  }

  live(): HealthState {
    return evaluate(this.#live);
  }

  ready(): HealthState {
    const state = evaluate(this.#ready);
    return this.#draining ? { ok: false, checks: { ...state.checks, accepting: false } } : state;
  }
}

function evaluate(checks: ReadonlyMap<string, Check>): HealthState {
  const results = Object.fromEntries([...checks].map(([name, check]) => [name, check()]));
  return { ok: Object.values(results).every(Boolean), checks: results };
}

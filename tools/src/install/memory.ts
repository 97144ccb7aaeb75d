import { readFileSync } from 'node:fs';

const EVERY_MS = 1_000;

/** Resident memory of a process in MiB; undefined where it is gone, or the system does not tell. */
export function residentMiB(pid: number): number | undefined {
  try {
    const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kib === undefined ? undefined : Math.round(Number(kib) / 102.4) / 10;
  } catch {
    return undefined;
  }
}

export interface MemorySpan {
  readonly before: number;
  readonly most: number;
  readonly after: number;
}

/** Resident memory of services over a run, in MiB. */
export class MemoryWatch {
  readonly #timer = setInterval(() => this.#sample(), EVERY_MS);
  readonly #spans = new Map<string, MemorySpan>();

  /** @param pids by service; the last one is the process that runs */
  constructor(private readonly pids: ReadonlyMap<string, readonly number[]>) {
    this.#sample();
  }

  end(): Record<string, MemorySpan> {
    this.#sample();
    clearInterval(this.#timer);
    return Object.fromEntries(this.#spans);
  }

  #sample(): void {
    for (const [service, pids] of this.pids) {
      const now = residentMiB(pids.at(-1) ?? 0);
      if (now === undefined) continue;
      const { before, most } = this.#spans.get(service) ?? { before: now, most: now };
      this.#spans.set(service, { before, most: Math.max(most, now), after: now });
    }
  }
}

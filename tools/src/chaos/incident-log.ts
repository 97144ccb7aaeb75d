import { monotonicMs } from './monotonic.js';

export type IncidentKind = 'killedForGood' | 'restarted' | 'stopped' | 'join' | 'freeze' | 'broker';

/** Something that was done to the cluster, from then until it had recovered from it. Monotonic milliseconds. */
export interface Incident {
  readonly kind: IncidentKind;
  /** The process that it was done to, if any. */
  readonly worker: string | undefined;
  readonly from: number;
  to: number;
  /** Whether something was lost that came back before the run lost patience. */
  recovered: boolean;
}

/** All that was done, so that each measured time is counted only where nothing else fell into it. */
export class IncidentLog {
  readonly #incidents: Incident[] = [];

  begin(kind: IncidentKind, worker?: string, from = monotonicMs()): Incident {
    const incident = { kind, worker, from, to: Number.POSITIVE_INFINITY, recovered: false };
    this.#incidents.push(incident);
    return incident;
  }

  /** @param recovered false where there was nothing to recover */
  end(incident: Incident, to = monotonicMs(), recovered = true): void {
    incident.to = to;
    incident.recovered = recovered;
  }

  of(kind: IncidentKind): readonly Incident[] {
    return this.#incidents.filter((incident) => incident.kind === kind);
  }

  /** How many incidents share a moment with this span of time. */
  during(span: Span): number {
    return this.#incidents.filter((incident) => overlap(incident, span)).length;
  }
}

/** Monotonic milliseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Whether two spans of time share a moment. */
export function overlap(one: Span, other: Span): boolean {
  return one.from < other.to && other.from < one.to;
}

import { METRICS, type Component, type Lane, type MetricName, type MetricSpec } from '@docket/contracts';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export type Labels = Readonly<Record<string, string>>;

/** The metrics of one process: exactly the catalogue of @docket/contracts, each series with component and lane. */
export interface Metrics {
  increment(name: MetricName, labels?: Labels, by?: number): void;
  set(name: MetricName, value: number, labels?: Labels): void;
  observe(name: MetricName, value: number, labels?: Labels): void;
  /** Removes all series of a gauge, so that what is gone stops being reported. */
  reset(name: MetricName): void;
  /** Prometheus text exposition. */
  text(): Promise<string>;
}

type Instrument = Counter | Gauge | Histogram;

export function createMetrics(component: Component, lane: Lane, version: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ component, lane });
  collectDefaultMetrics({ register: registry });
  const instruments = new Map<MetricName, { instrument: Instrument; spec: MetricSpec }>(
    METRICS.map((spec) => [spec.name, { instrument: register(registry, spec), spec }]),
  );

  const find = (name: MetricName) => {
    const found = instruments.get(name);
    if (!found) throw new Error(`${name} is not in the metric catalogue`);
    return found;
  };
  const close = (spec: MetricSpec, labels: Labels): Record<string, string> => {
    const closed: Record<string, string> = {};
    for (const label of spec.labels) {
      const value = labels[label] ?? '';
      const known = spec.values?.[label];
      closed[label] = known && !known.includes(value) ? 'other' : value;
    }
    return closed;
  };

  const metrics: Metrics = {
    increment: (name, labels = {}, by = 1) => {
      const { instrument, spec } = find(name);
      if (instrument instanceof Counter) instrument.inc(close(spec, labels), by);
    },
    set: (name, value, labels = {}) => {
      const { instrument, spec } = find(name);
      if (instrument instanceof Gauge) instrument.set(close(spec, labels), value);
    },
    observe: (name, value, labels = {}) => {
      const { instrument, spec } = find(name);
      if (instrument instanceof Histogram) instrument.observe(close(spec, labels), value);
    },
    reset: (name) => find(name).instrument.reset(),
    text: () => registry.metrics(),
  };
  metrics.set('build_info', 1, { version });
  return metrics;
}

function register(registry: Registry, spec: MetricSpec): Instrument {
  const options = { name: `docket_${spec.name}`, help: spec.help, labelNames: [...spec.labels], registers: [registry] };
  if (spec.type === 'histogram') {
    return new Histogram({ ...options, ...(spec.buckets && { buckets: [...spec.buckets] }) });
  }
  if (spec.type === 'gauge') return new Gauge(options);
  const instrument = new Counter(options);
  for (const labels of closedCombinations(spec)) instrument.inc(labels, 0);
  return instrument;
}

/** A counter that first appears at 1 hides that first event from increase(). */
function closedCombinations(spec: MetricSpec): Record<string, string>[] {
  if (spec.labels.length === 0 || !spec.labels.every((label) => spec.values?.[label])) return [];
  return spec.labels.reduce<Record<string, string>[]>(
    (rows, label) => rows.flatMap((row) => (spec.values?.[label] ?? []).map((value) => ({ ...row, [label]: value }))),
    [{}],
  );
}

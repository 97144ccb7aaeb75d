import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { Sample } from './sample.js';

const WIDTH = 760;
const SECONDS = { field: 'second', type: 'quantitative', title: 'seconds since the overload began' } as const;

/** Lag, admission and rates over time, as SVG. Everything is drawn without a browser. */
export async function drawFigure(samples: readonly Sample[], target: number, sustainable: number): Promise<string> {
  const { spec } = compile(figureOf(samples, target, sustainable), { config: { view: { continuousWidth: WIDTH } } });
  return new View(parse(spec), { renderer: 'none' }).toSVG();
}

function figureOf(samples: readonly Sample[], target: number, sustainable: number): TopLevelSpec {
  const overload = samples.filter(({ phase }) => phase === 'overload').map(({ second }) => second);
  const shade = {
    data: { values: [{ from: Math.min(...overload), to: Math.max(...overload) }] },
    mark: { type: 'rect' as const, color: '#f3e3c3', opacity: 0.6 },
    encoding: { x: { field: 'from', type: 'quantitative' as const }, x2: { field: 'to' } },
  };
  const line = (values: readonly object[], title: string) => ({
    data: { values: [...values] },
    mark: { type: 'line' as const, interpolate: 'step-after' as const },
    encoding: { x: SECONDS, y: { field: 'value', type: 'quantitative' as const, title }, color: { field: 'series', type: 'nominal' as const, title: null } },
  });
  const level = (value: number) => ({ data: { values: [{ value }] }, mark: { type: 'rule' as const, strokeDash: [4, 4] }, encoding: { y: { field: 'value', type: 'quantitative' as const } } });
  const series = (name: string, value: (sample: Sample) => number) => samples.map((sample) => ({ second: sample.second, series: name, value: value(sample) }));
  const panel = (layer: object[], height: number) => ({ width: WIDTH, height, layer });
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'white',
    resolve: { scale: { color: 'independent' } },
    vconcat: [
      panel([shade, line([...series('age of the oldest', ({ lagSeconds }) => lagSeconds), ...series('time to work it off, up to 3 T', ({ drainSeconds }) => Math.min(drainSeconds, 3 * target))], `lag in seconds (dashed: target ${target})`), level(target)], 180),
      panel([shade, line([...series('scale', ({ scale }) => scale), ...series('let in', ({ admission }) => (admission === 'open' ? 1 : admission === 'throttled' ? 0.5 : 0))], 'admission (1 open, 0.5 throttled, 0 closed)')], 120),
      panel([
        shade,
        line([
          ...series('offered', ({ offeredHttp, offeredKafka }) => offeredHttp + offeredKafka), ...series('let in', ({ letIn }) => letIn),
          ...series('refused (HTTP)', ({ refused }) => refused), ...series('ended', ({ ended }) => ended),
        ], `grants a second (dashed: what the funders take, ${sustainable})`),
        level(sustainable),
      ], 200),
    ],
  } as TopLevelSpec;
}

import { faultsOf, MAX_RATIO, runsOf, type FundersResult } from './result.js';
import { ROLES } from './roles.js';

/** The result as tables for people. */
export function summary(result: FundersResult): string {
  const row = (...cells: readonly (string | number)[]) => `  ${String(cells[0]).padEnd(26)}${cells.slice(1).map((cell) => String(cell).padStart(12)).join('')}`.trimEnd();
  const ms = (value: number | null) => (value === null ? '-' : value);
  const runs = runsOf(result);
  const of = (name: string, value: (run: (typeof runs)[number]) => string | number) => row(name, ...runs.map(value));
  const { ratios, load, rate } = result;
  const faults = faultsOf(result);
  const statuses = [...new Set(runs.flatMap(({ retried }) => Object.keys(retried)))].sort();
  const total = ({ grants }: (typeof runs)[number]) => ROLES.reduce((sum, role) => sum + grants[role], 0);
  return [
    row('', ...runs.map(({ name }) => name.split(', ')[0] ?? '')),
    of('kills', ({ kills }) => kills),
    of('grants', total),
    ...ROLES.map((role) => of(`  for the ${role}`, ({ grants }) => grants[role])),
    of('submitted exactly once', ({ verdict }) => verdict.submittedOnce),
    of('lost', ({ verdict }) => verdict.lost),
    of('doubled', ({ verdict }) => verdict.doubled),
    of('another outcome', ({ verdict }) => verdict.otherOutcome),
    of('more than one outcome', ({ verdict }) => verdict.outcomeDoubled),
    of('another receipt or funder', ({ verdict }) => verdict.mismatched),
    of('never fed', ({ verdict }) => verdict.unknown),
    of('429 of the throttling', ({ funders }) => funders.throttling?.throttled ?? 0),
    of('503 of the failing', ({ funders }) => funders.failing?.unavailable ?? 0),
    of('repeats recognised', ({ funders }) => ROLES.reduce((sum, role) => sum + (funders[role]?.replayed ?? 0), 0)),
    ...statuses.map((status) => of(`HTTP again after ${status === '0' ? 'no answer' : status}`, ({ retried }) => retried[Number(status)] ?? 0)),
    of('seconds of feed', ({ feedSeconds }) => feedSeconds),
    of('seconds to last outcome', ({ seconds }) => seconds),
    '',
    '  received to closed, ms',
    ...ROLES.flatMap((role) => (['p50', 'p99', 'max'] as const).map((name) => of(`  ${role} ${name}`, ({ latencyMs }) => ms(latencyMs[role][name])))),
    '',
    ...(ratios.calm === null ? [] : [`  The good funder's p99 with the others is ${ratios.calm.toFixed(2)} times that alone, without kills (at most ${MAX_RATIO}).`]),
    ...(ratios.killed === null ? [] : [`  The good funder's p99 with the others is ${ratios.killed.toFixed(2)} times that alone, with the same kills${ratios.calm === null ? ` (at most ${MAX_RATIO})` : ''}.`]),
    `  ${result.perSecond} grants a second; ${result.together ? 'all funders on one' : 'each funder on its own'} of ${result.partitions} partitions; throttling at ${rate.perSecond} calls/s, burst ${rate.burst}, three a submission;`,
    `  failing for the first ${result.failSeconds} s; the other calls take ${result.latencyMs} ms longer; load ${load.average} on ${load.cores} cores; ${result.seconds} s in all; seed ${result.seed}.`,
    '',
    ...faults.map((fault) => `  ${fault}`),
    faults.length === 0 ? '  Each grant was submitted exactly once, none was lost or doubled.' : '  NOT all that was promised holds.',
  ].join('\n');
}

import type { OverloadOptions } from './options.js';
import type { Sample } from './sample.js';

export interface OverloadResult {
  readonly minutes: number;
  readonly factor: number;
  readonly sustainable: number;
  readonly target: number;
  readonly ceiling: number;
  readonly kafkaShare: number;
  readonly offered: { readonly http: number; readonly kafka: number };
  readonly accepted: { readonly http: number; readonly kafka: number };
  readonly refused: Readonly<Record<string, number>>;
  /** Requests without an answer, and records that Kafka did not take. */
  readonly failed: number;
  /** Accepted without having been submitted. */
  readonly lost: number;
  readonly lostExamples: readonly string[];
  /** Seconds from acceptance (202; for Kafka the work unit) to outcome. */
  readonly freshness: Readonly<Record<'http' | 'kafka', { readonly n: number; readonly p50: number; readonly p99: number; readonly most: number }>>;
  /** Share of the collector's figures within a tenth or a second of the truth, and how many there are. */
  readonly lagRight: { readonly share: number; readonly n: number; readonly worstSeconds: number };
  /** Mean resident memory of the second half of the overload over that of the first, by service. */
  readonly memoryGrowth: Readonly<Record<string, number>>;
  /** Seconds from the end of the overload until all is let in again, to stay; null: never. */
  readonly openAgainSeconds: number | null;
  /** Seconds from the end of the overload until what had piled up on grants.inbound was let in; null: never. */
  readonly inboundClearedSeconds: number | null;
  readonly died: readonly string[];
  readonly checks: Readonly<Record<string, boolean>>;
}

const OPEN_AGAIN_SECONDS = 90;
const LAG_RIGHT = 0.95;
/** Of noise of the collector of garbage. */
const FLAT = 1.25;

export function checksOf(result: Omit<OverloadResult, 'checks'>): Record<string, boolean> {
  const { lost, failed, freshness, lagRight, memoryGrowth, openAgainSeconds, target, died, refused } = result;
  return {
    'nothing accepted is lost': lost === 0,
    'every request answered': failed === 0,
    'no service ended': died.length === 0,
    'only 503 (and 429) were refused': Object.keys(refused).every((why) => why.startsWith('503') || why.startsWith('429')),
    [`freshness of accepted work within ${target} s (p99)`]: freshness.http.p99 <= target && freshness.kafka.p99 <= target,
    'lag in seconds right in 95 % of samples': lagRight.n > 0 && lagRight.share >= LAG_RIGHT,
    'memory flat': Object.values(memoryGrowth).every((growth) => growth <= FLAT),
    [`all let in again within ${OPEN_AGAIN_SECONDS} s`]: openAgainSeconds !== null && openAgainSeconds <= OPEN_AGAIN_SECONDS,
  };
}

export function isSound({ checks }: OverloadResult): boolean {
  return Object.values(checks).every(Boolean);
}

/** When all was let in again, to stay that way to the end of the samples. */
export function openAgainAfter(samples: readonly Sample[], endOfOverload: number): number | null {
  const after = samples.filter(({ second }) => second >= endOfOverload);
  const last = after.findLastIndex(({ admission }) => admission !== 'open');
  const open = after[last + 1];
  return open === undefined ? null : Math.max(0, Math.round(open.second - endOfOverload));
}

export function memoryGrowth(samples: readonly Sample[]): Record<string, number> {
  const overload = samples.filter(({ phase }) => phase === 'overload');
  const half = Math.floor(overload.length / 2);
  const mean = (part: readonly Sample[], service: string) => part.reduce((sum, { memory }) => sum + (memory[service] ?? 0), 0) / Math.max(1, part.length);
  const services = Object.keys(overload[0]?.memory ?? {});
  return Object.fromEntries(services.map((service) => [service, Math.round((mean(overload.slice(half), service) / mean(overload.slice(0, half), service)) * 100) / 100]));
}

/** For people. */
export function summary(result: OverloadResult): string {
  const { minutes, factor, sustainable, target, ceiling, offered, accepted, refused, failed, lost, lostExamples, freshness, lagRight, memoryGrowth: growth, openAgainSeconds, inboundClearedSeconds, died, checks } = result;
  const age = (way: 'http' | 'kafka') => `${freshness[way].n} by ${way}: median ${freshness[way].p50} s, p99 ${freshness[way].p99} s, most ${freshness[way].most} s`;
  return [
    `${factor} times what the funders take (${sustainable} a second), for ${minutes} min, then half of it; target ${target} s, ceiling ${ceiling} a second`,
    `  offered ${offered.http} over HTTP, ${offered.kafka} onto Kafka; accepted ${accepted.http} and ${accepted.kafka}`,
    `  refused ${Object.entries(refused).map(([why, count]) => `${why}: ${count}`).join(', ') || 'none'}; without an answer ${failed}`,
    `  lost ${lost}${lostExamples.length > 0 ? `: ${lostExamples.join('; ')}` : ''}`,
    `  from acceptance to outcome: ${age('http')}; ${age('kafka')}`,
    `  lag in seconds within a tenth or a second of the truth in ${(lagRight.share * 100).toFixed(1)} % of ${lagRight.n} samples, at worst ${lagRight.worstSeconds} s off`,
    `  memory, second half over first: ${Object.entries(growth).map(([service, ratio]) => `${service} ${ratio}`).join(', ')}`,
    `  open again ${after(openAgainSeconds)}; what had piled up on the inbound topic let in ${after(inboundClearedSeconds)}`,
    ...died.map((text) => `  ${text}`),
    '',
    ...Object.entries(checks).map(([what, held]) => `  ${held ? 'held ' : 'BROKE'}  ${what}`),
  ].join('\n');
}

export function settingsOf({ minutes, factor, sustainable, target, kafkaShare }: OverloadOptions) {
  return { minutes, factor, sustainable, target, kafkaShare };
}

function after(seconds: number | null): string {
  return seconds === null ? 'not before the run ended' : `${seconds} s after the overload`;
}

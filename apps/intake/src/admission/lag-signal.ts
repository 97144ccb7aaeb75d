import { GROUP_HEALTH, lagKey, parseStrictJson, type StageSpec, type TopicLag, type UnitKind } from '@docket/contracts';
import type { InputRecord } from '@docket/stage';
import { z } from 'zod';

const topicLag = z.object({
  group: z.string(),
  topic: z.string(),
  records: z.int().min(0),
  seconds: z.number().min(0),
  drainSeconds: z.number().min(0),
  status: z.enum(GROUP_HEALTH),
  at: z.iso.datetime(),
}) satisfies z.ZodType<TopicLag>;

/** How far a pipeline is behind. */
export interface PipelineLag {
  /** Of its slowest stage that calls nobody outside: age of what waits longest, or the time to work all off where that is longer. Undefined where it was never told. */
  readonly delaySeconds: number | undefined;
  /** When the oldest of what this follows from was measured, milliseconds since the epoch; Infinity where nothing was. */
  readonly signalAt: number;
  /** Records that wait, by topic, as far as they were told, and when each was measured. */
  readonly waiting: ReadonlyMap<string, { readonly records: number; readonly at: number }>;
}

/**
 * The stages that units of this kind pass in this lane once they are let in, that for submissions over HTTP among them. Their inputs
 * tell how far the pipeline is behind; the inbound topic does not: it waits because intake lets nothing in.
 */
export function stagesBehind(kind: UnitKind, lane: string, stages: readonly StageSpec[]): StageSpec[] {
  const first = kind === 'grant' ? 'intake.grants' : `intake.records.${lane}`;
  return stages.filter((stage) => stage.name === `${first}.http` || (stage.name !== first && stage.path[0] === first));
}

/** What the lag collector said last of each topic behind intake. */
export class LagSignal {
  readonly #lags = new Map<string, TopicLag>();

  /** @param groupOf the group of a stage, as the brokers know it */
  constructor(private readonly groupOf: (stage: string) => string) {}

  /** A record of control.lag. False where it is none: it is passed over, and what was known stands. */
  apply({ value }: Pick<InputRecord, 'value'>): boolean {
    if (value === null) return true;
    let given: unknown;
    try {
      given = parseStrictJson(value);
    } catch {
      return false;
    }
    const { success, data } = topicLag.safeParse(given);
    if (success) this.#lags.set(lagKey(data), data);
    return success;
  }

  of(stages: readonly StageSpec[]): PipelineLag {
    const lags = stages.flatMap((stage) => this.#lags.get(lagKey({ group: this.groupOf(stage.name), topic: stage.input })) ?? []);
    const isWhole = lags.length === stages.length;
    // A unit that waits for a funder that is away holds the offset of all behind it, done or not: one funder would seem to be all of
    // them, and shut the door for everybody. What such a stage has not done counts by its number alone.
    const own = new Set(stages.filter(({ callsOutside }) => !callsOutside).map(({ input }) => input));
    const told = lags.filter(({ topic }) => own.has(topic));
    return {
      delaySeconds: isWhole ? Math.max(0, ...told.map(({ seconds, drainSeconds }) => Math.max(seconds, drainSeconds))) : undefined,
      signalAt: Math.min(Infinity, ...lags.map(({ at }) => Date.parse(at))),
      waiting: new Map(lags.map(({ topic, records, at }) => [topic, { records, at: Date.parse(at) }])),
    };
  }
}

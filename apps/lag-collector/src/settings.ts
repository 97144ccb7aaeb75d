import { kafkaSettings, serviceSettings } from '@docket/config';
import type { Lane } from '@docket/contracts';
import { z } from 'zod';

const SHARED = ['standard', 'pii'] as const;

/** Settings of the lag collector; see its README. */
export const settingsSchema = z.strictObject({
  ...serviceSettings,
  ...kafkaSettings,
  lane: z
    .enum(['standard', 'classified'])
    .default('standard')
    .meta({ description: '`classified` measures the classified lane only; `standard` measures those of DOCKET_LANES' }),
  lanes: z
    .string()
    .transform((text) => [...new Set(text.split(',').map((lane) => lane.trim()))])
    .pipe(z.array(z.enum(SHARED)).min(1))
    .default([...SHARED])
    .meta({ description: 'Lanes of this install, separated by commas: `standard`, `pii`; their topics must exist' }),
  intervalMs: z.coerce
    .number()
    .int()
    .min(1_000)
    .max(60_000)
    .default(5_000)
    .meta({ description: 'Milliseconds from the start of one measurement to that of the next' }),
});

export type LagCollectorSettings = z.output<typeof settingsSchema>;

/** The lanes that this process measures: the classified lane is never measured together with others. */
export function measuredLanes({ lane, lanes }: Pick<LagCollectorSettings, 'lane' | 'lanes'>): readonly Lane[] {
  return lane === 'classified' ? ['classified'] : lanes;
}

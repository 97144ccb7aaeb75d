import { kafkaSettings, serviceSettings, stageSettings } from '@docket/config';
import { LANES } from '@docket/contracts';
import { z } from 'zod';

const openLanes = z
  .preprocess((given) => (typeof given === 'string' ? given.split(',').map((lane) => lane.trim()) : given), z.array(z.enum(LANES)).min(1))
  .default(['standard', 'pii']);

export const settingsSchema = z.strictObject({
  ...serviceSettings,
  ...kafkaSettings,
  ...stageSettings,
  openLanes: openLanes.meta({ description: 'Lanes that this install runs; what belongs in another one is quarantined' }),
  currencyFile: z.string().min(1).optional().meta({ description: 'JSON file of a newer currency registry; without it, the one that was built in counts' }),
});

export type Settings = z.output<typeof settingsSchema>;

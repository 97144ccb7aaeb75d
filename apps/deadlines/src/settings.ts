import { kafkaSettings, serviceSettings, stageSettings } from '@docket/config';
import { z } from 'zod';

/** Settings of the deadlines service; see its README. */
export const settingsSchema = z.strictObject({
  ...serviceSettings,
  ...kafkaSettings,
  ...stageSettings,
  lane: z.enum(['standard']).default('standard').meta({ description: 'Requests of all lanes have their clocks here: always `standard`' }),
});

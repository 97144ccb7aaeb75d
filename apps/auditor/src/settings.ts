import { kafkaSettings, serviceSettings } from '@docket/config';
import { z } from 'zod';

/** Settings of the auditor; see its README. */
export const settingsSchema = z.strictObject({
  ...serviceSettings,
  ...kafkaSettings,
  lane: z
    .enum(['standard', 'classified'])
    .default('standard')
    .meta({ description: '`standard` checks `audit.log`, which pii shares; `classified` checks `classified.audit.log`' }),
  rememberedEvents: z.coerce
    .number()
    .int()
    .min(1_000)
    .max(5_000_000)
    .default(100_000)
    .meta({ description: 'Event ids remembered to find conflicts (about 200 bytes each); an older one counts as new again' }),
});

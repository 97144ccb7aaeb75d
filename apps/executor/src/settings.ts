import { kafkaSettings, serviceSettings, stageSettings } from '@docket/config';
import { z } from 'zod';

export const settingsSchema = z.strictObject({
  ...serviceSettings,
  ...kafkaSettings,
  ...stageSettings,
  fundersFile: z.string().min(1).meta({ description: 'YAML file of the funders: see apps/executor/src/funders/funders.example.yaml' }),
  handlerDeadlineMs: z.coerce.number().int().min(1_000).default(60_000).meta({ description: 'Longest time of one submission, all its calls together; a registry whose calls may take as long is refused' }),
  maxAttempts: z.coerce.number().int().min(1).max(50).default(12).meta({ description: 'Tries of a submission before it goes to the dead-letter topic; throttling uses none up' }),
});

export type Settings = z.output<typeof settingsSchema>;

import { kafkaSettings, serviceSettings, stageSettings } from '@docket/config';
import { LANES } from '@docket/contracts';
import { z } from 'zod';

const count = (preset: number) => z.coerce.number().int().min(1).default(preset);

const openLanes = z
  .preprocess((given) => (typeof given === 'string' ? given.split(',').map((lane) => lane.trim()) : given), z.array(z.enum(LANES)).min(1))
  .default(['standard', 'pii']);

export const settingsSchema = z.strictObject({
  ...serviceSettings,
  ...kafkaSettings,
  ...stageSettings,
  openLanes: openLanes.meta({ description: 'Lanes that this install runs; what belongs in another one is quarantined' }),
  ocrUrl: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:8090').meta({ description: 'Base of the OCR engine of this lane' }),
  objectFolder: z.string().min(1).meta({ description: 'Folder of the object store' }),
  maxDocumentBytes: count(64 * 1024 * 1024).meta({ description: 'Largest document; a larger one is quarantined' }),
  maxPages: count(500).meta({ description: 'Most pages of a document; one with more is quarantined' }),
  minConfidence: z.coerce.number().min(0).max(100).default(80).meta({ description: 'Mean word confidence below which a person must look' }),
  engineAttempts: count(4).meta({ description: 'Tries of the OCR engine before the text layer must do' }),
  deadlineMs: count(300_000).meta({ description: 'Longest time for one document, milliseconds' }),
  documentsAtOnce: count(4).meta({ description: 'Documents held in memory at once by this process; others wait' }),
  concurrency: count(2).meta({ description: 'Documents read at once by one partition' }),
});

export type Settings = z.output<typeof settingsSchema>;

import { httpPort, serviceSettings } from '@docket/config';
import { z } from 'zod';

const MIB = 1024 * 1024;

const count = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

export const settingsSchema = z.strictObject({
  ...serviceSettings,
  httpPort: httpPort(8090, 'the OCR interface'),
  httpHost: z.string().min(1).default('0.0.0.0').meta({ description: 'Address on which the OCR interface listens' }),
  workers: count(1, 64).default(1).meta({ description: 'Pages read at the same time; each worker takes a core' }),
  queueLimit: count(1, 10_000).default(64).meta({ description: 'Documents are refused with 429 while this many pages wait' }),
  pageTimeoutMs: count(1_000, 600_000)
    .default(60_000)
    .meta({ description: 'Longest time for one page, in milliseconds; past it the answer is 504 and the worker is replaced' }),
  maxPages: count(1, 10_000).default(500).meta({ description: 'Most pages one request may ask for' }),
  maxPixels: count(1_000_000, 200_000_000)
    .default(40_000_000)
    .meta({ description: 'Most pixels of a page: a PDF page is drawn smaller until it fits; a larger image, alone or in a PDF, is refused' }),
  maxBodyBytes: count(1024, 1024 * MIB).default(64 * MIB).meta({ description: 'Largest document, in bytes' }),
  maxHeldBytes: count(1024, 64 * 1024 * MIB)
    .default(256 * MIB)
    .meta({ description: 'Bytes of documents held at the same time; more are refused with 429. A lone document is always taken' }),
});

export type Settings = z.output<typeof settingsSchema>;

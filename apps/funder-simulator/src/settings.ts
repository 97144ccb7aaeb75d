import { httpPort, serviceSettings } from '@docket/config';
import { z } from 'zod';

/** Settings of the funder simulator; see its README. */
export const settingsSchema = z.strictObject({
  ...serviceSettings,
  httpPort: httpPort(8091, 'the funders and of /admin'),
  host: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .meta({ description: 'Address on which the funders and /admin listen; /admin asks for no key, so open it only inside a closed network' }),
  journalFile: z
    .string()
    .min(1)
    .default('.docket/funder-simulator.jsonl')
    .meta({ description: 'File that remembers every accepted call; made where it is missing, reloaded at start' }),
  maxEntries: z.coerce
    .number()
    .int()
    .min(1)
    .max(3_000_000)
    .default(300_000)
    .meta({ description: 'Most accepted calls that are remembered, three to a submission (about 1 KB of memory each); at the bound new calls get 507' }),
  fundersFile: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'YAML file that lists the funders and how each behaves; without it the three sample funders' }),
});

export type SimulatorSettings = z.output<typeof settingsSchema>;

import { z } from 'zod';

/** Environment variable of a setting: `meta({ env })` where given, else DOCKET_ and the key in capitals. */
export function envName(key: string, schema: unknown): string {
  const given = schema instanceof z.ZodType ? schema.meta()?.['env'] : undefined;
  return typeof given === 'string' ? given : `DOCKET_${key.replace(/[A-Z]/g, (c) => `_${c}`).toUpperCase()}`;
}

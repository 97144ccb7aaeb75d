import { z } from 'zod';

const seconds = (preset: number, what: string) =>
  z.coerce.number().min(1).max(86_400).default(preset).meta({ description: `Seconds that ${what} may wait behind intake: from half of it on less is let in, from it on nothing` });
const ceiling = (preset: number, what: string) =>
  z.coerce.number().min(1).default(preset).meta({ description: `${what} a second that an instance lets in at most while admission is throttled, over HTTP and Kafka together; a share of it is let in, a tenth at least` });
const capacity = (preset: number, what: string) =>
  z.coerce.number().int().min(1).default(preset).meta({ description: `${what} that may wait on one topic behind intake: at 85 % of it nothing is let in until it is below 60 %` });

/** Backpressure; see docs/guides/backpressure.md. */
export const admissionSettings = {
  grantsTargetSeconds: seconds(60, 'a grant'),
  grantsCeiling: ceiling(500, 'Grants'),
  grantsCapacity: capacity(100_000, 'Grants'),
  recordsTargetSeconds: seconds(600, 'a document'),
  recordsCeiling: ceiling(100, 'Documents'),
  recordsCapacity: capacity(20_000, 'Documents'),
} as const;

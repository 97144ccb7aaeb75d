import { z } from 'zod';

const OPTIONS = z.strictObject({
  brokers: z.array(z.string()).min(1).readonly(),
  instance: z.string().min(1),
  prefix: z.string(),
  sessionMs: z.int().positive(),
  seed: z.int().nonnegative(),
});

/** What a worker is started with, as JSON in its first argument. */
export type WorkerOptions = z.infer<typeof OPTIONS>;

export function parseWorkerOptions(text: string | undefined): WorkerOptions {
  return OPTIONS.parse(JSON.parse(text ?? ''));
}

import { createRequire } from 'node:module';
import { z } from 'zod';

/** Name and version of the OCR library in use, as installed. */
export function engineVersion(): { name: string; version: string } {
  const manifest: unknown = createRequire(import.meta.url)('tesseract.js/package.json');
  return z.object({ name: z.string(), version: z.string() }).parse(manifest);
}

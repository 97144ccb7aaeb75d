import { DocketError } from '@docket/contracts';
import { z } from 'zod';

const pages = z
  .string()
  .regex(/^[1-9]\d{0,5}(,[1-9]\d{0,5})*$/, 'page numbers from 1, separated by commas')
  .transform((list) => list.split(',').map(Number))
  .refine((list) => new Set(list).size === list.length, 'each page once');

const schema = z.strictObject({
  pages: pages.optional(),
  dpi: z.coerce.number({ error: 'a whole number' }).int('a whole number').min(72, '72 at least').max(600, '600 at most').default(200),
});

export interface OcrQuery {
  /** In the order asked for; all pages where undefined. */
  readonly pages: readonly number[] | undefined;
  /** Dots per inch at which PDF pages are drawn. */
  readonly dpi: number;
}

/** Throws DOCKET_OCR_QUERY (invalid) that names every wrong parameter. */
export function parseOcrQuery(query: unknown, maxPages: number): OcrQuery {
  const parsed = schema.safeParse(query);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map((issue) =>
      issue.code === 'unrecognized_keys' ? 'there are only the parameters pages and dpi' : `${issue.path.join('.')}: ${issue.message}`,
    );
    throw new DocketError('DOCKET_OCR_QUERY', wrong.join('; '), { kind: 'invalid' });
  }
  const { pages: asked, dpi } = parsed.data;
  if (asked && asked.length > maxPages) throw tooManyPages(maxPages);
  return { pages: asked, dpi };
}

export function tooManyPages(maxPages: number): DocketError {
  return new DocketError('DOCKET_OCR_QUERY', `more than ${maxPages} pages: ask for fewer at a time with the parameter pages`, { kind: 'invalid' });
}

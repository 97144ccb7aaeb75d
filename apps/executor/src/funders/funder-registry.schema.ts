import { z } from 'zod';

const baseUrl = z
  .string()
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), 'an http or https URL')
  .refine((text) => !URL.canParse(text) || bare(new URL(text)), 'without user, password, query and fragment')
  .refine((text) => !/\/common-grants\/?$/.test(text), 'without /common-grants: the connector adds it');

/** One funder of the registry. */
export const funderSchema = z
  .strictObject({
    /** As grants name it in `funder`; also a metric label. */
    id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower-case letters, digits and dashes, at most 63'),
    connector: z.literal('common-grants'),
    /** What stands before `/common-grants`, e.g. `https://grants.example.org/api`. */
    baseUrl,
    /** Environment variable that holds the X-API-Key. */
    apiKeyEnv: z
      .string()
      .regex(/^(?!DOCKET_)[A-Z][A-Z0-9_]*$/, 'capitals, digits and underscores, not beginning with DOCKET_ (those are settings)')
      .optional(),
    /** File that holds the X-API-Key. */
    apiKeyFile: z.string().min(1).optional(),
    /** The funder's ids of the competition that is applied to and of its form. */
    competitionId: z.uuid(),
    formId: z.uuid(),
    /** Longest time for one call, in milliseconds. A submission takes three calls. */
    deadlineMs: z.int().min(100).max(120_000).default(10_000),
    /** Most open connections; further calls wait for one, within their deadline. */
    maxConnections: z.int().min(1).max(1000).default(4),
  })
  .refine((funder) => (funder.apiKeyEnv === undefined) !== (funder.apiKeyFile === undefined), {
    message: 'name the key in exactly one of apiKeyEnv, apiKeyFile',
  });

/** The file that lists the funders to which grants may go; each entry is a funderSchema. */
export const registrySchema = z.strictObject({ funders: z.array(z.unknown()).min(1).max(50) });

export type FunderSpec = z.output<typeof funderSchema>;

function bare(url: URL): boolean {
  return url.username === '' && url.password === '' && url.search === '' && url.hash === '';
}

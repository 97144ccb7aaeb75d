import type { FunderInput } from './funder-file.schema.js';

/** The funders that the samples name. Their keys are public: for development only. */
export const SAMPLE_FUNDERS: { readonly funders: readonly FunderInput[] } = {
  funders: [
    { id: 'funder-steady', apiKey: 'development-only-steady' },
    { id: 'funder-throttling', apiKey: 'development-only-throttling', rate: { perSecond: 1, burst: 1 }, retryAfter: 'seconds' },
    { id: 'funder-recovering', apiKey: 'development-only-recovering', downForMsAfterStart: 5_000, retryAfter: 'none' },
  ],
};

import type { StageSpec } from '@docket/contracts';

/** Writes a letter for each that is requested; the letters of a request in the order in which they were asked for. */
export const LETTERS: StageSpec = {
  name: 'letters', component: 'letters', lane: 'standard', path: ['letters'],
  input: 'letters.requested', outputs: ['letters.written'],
  orderBy: 'key', dedupe: 'unit', contentDuplicates: false, callsOutside: false,
};

import { LANES, stagesOf, type StageSpec } from '@docket/contracts';

const CATALOGUE: ReadonlyMap<string, StageSpec> = new Map(stagesOf(LANES).map((spec) => [spec.name, spec]));

/** As in topic names. */
const NAME = /^[a-z][a-z0-9-]{0,99}(\.[a-z0-9-]{1,99}){0,3}$/;

/**
 * The catalogue's stage of this name, else one of the standard lane that somebody added: of that only name and lane are
 * known, which tell its own topics and its group. Undefined where the text is no name.
 */
export function stageCalled(name: string): StageSpec | undefined {
  const known = CATALOGUE.get(name);
  if (known || !NAME.test(name)) return known;
  return {
    name, component: name, lane: 'standard', input: '', outputs: [], path: [name],
    orderBy: 'key', dedupe: 'unit', contentDuplicates: false, callsOutside: false,
  };
}

export function isOfCatalogue(name: string): boolean {
  return CATALOGUE.has(name);
}

/** For a message. */
export function catalogueStages(): string {
  return [...CATALOGUE.keys()].join(', ');
}

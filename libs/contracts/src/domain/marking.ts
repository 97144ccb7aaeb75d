import { LANES, type Lane } from '../kafka/stages.js';

/** The stricter of two lanes: a document's lane only ever rises. */
export function stricterLane(a: Lane, b: Lane): Lane {
  return LANES.indexOf(a) >= LANES.indexOf(b) ? a : b;
}

const LEVELS: readonly (readonly [RegExp, Lane])[] = [
  [/^(TOP SECRET|SECRET|CONFIDENTIAL)(\/\/.*)?$/, 'classified'],
  [/^(CUI|CONTROLLED|FOUO|U\/\/FOUO|SBU|LES|PII)(\/\/.*)?$/, 'pii'],
  [/^UNCLASSIFIED(\/\/.*)?$/, 'standard'],
];

/** The lane that a marking demands; undefined where the marking is not understood and a person must look. */
export function laneOfMarking(marking: string): Lane | undefined {
  const line = marking.trim().toUpperCase().replaceAll(/\s+/g, ' ');
  return LEVELS.find(([pattern]) => pattern.test(line))?.[1];
}

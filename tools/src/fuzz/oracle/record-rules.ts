import { digest, faultsOf, flag, isObject, mediaType, text, uri, wholeNumber, type Shape } from './checks.js';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._:/-]*$/;

const MANIFEST: Shape = {
  required: {
    requestId: text(1, 100, NAME), jurisdiction: text(2, 5, /^US(-[A-Z][A-Z])?$/), documentId: text(1, 200, NAME), repository: text(1, 100, NAME),
    version: text(1, 50), uri, digest, size: wholeNumber(1, 2 ** 40), mediaType,
  },
  optional: { pages: wholeNumber(1, 1_000_000), marking: text(1, 200), retention: text(1, 200), noOcr: flag },
};

/** What the repository says of a document, as the run itself told it. */
export interface Custody {
  readonly version: string;
  readonly digest: string;
}

/** Which properties of a manifest break a rule of the design, its custody included; empty where none does. */
export function recordFaults(payload: unknown, custodyOf: (repository: unknown, documentId: unknown) => Custody | undefined): string[] {
  const faults = faultsOf(payload, MANIFEST);
  if (!isObject(payload)) return faults;
  const custody = custodyOf(payload['repository'], payload['documentId']);
  if (custody?.version !== payload['version'] || custody?.digest !== payload['digest']) faults.push('custody');
  const { marking } = payload;
  // Only a marking of the lowest level may stay in the standard lane.
  if (marking !== undefined && !(typeof marking === 'string' && /^\s*UNCLASSIFIED(\/\/.*)?\s*$/i.test(marking))) faults.push('marking');
  return faults;
}

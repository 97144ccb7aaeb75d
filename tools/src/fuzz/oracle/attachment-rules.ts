import { digest, faultsOf, isObject, mediaType, text, uri, wholeNumber } from './checks.js';

/**
 * Which properties of an extraction request break a rule: the document is named by its digest, and the grant that it belongs to
 * must itself have been found right.
 */
export function attachmentFaults(payload: unknown, isValidated: (grantCorrelationId: string) => boolean): string[] {
  const grant = isObject(payload) && isObject(payload['grant']) ? payload['grant'] : {};
  const id = grant['correlationId'];
  const requestOf = (value: unknown) => typeof id === 'string' && value === `grant:${id}`;
  const faults = faultsOf(payload, {
    required: {
      requestId: requestOf, documentId: digest, repository: (value) => value === 'grant-attachments', uri, digest, mediaType,
      grant: (value) => isObject(value) && typeof value['correlationId'] === 'string' && text(1, 100)(value['grantId']),
    },
    optional: { size: wholeNumber(1, 2 ** 40) },
  });
  return typeof id === 'string' && isValidated(id) ? faults : [...faults, 'grant that is not validated'];
}

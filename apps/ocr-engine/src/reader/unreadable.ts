import type { DocumentFault } from './messages.js';

/** A document that cannot be read, whoever tries. */
export class Unreadable extends Error {
  readonly fault: DocumentFault;

  constructor(fault: DocumentFault, cause?: unknown) {
    super(fault, { cause });
    this.fault = fault;
  }
}

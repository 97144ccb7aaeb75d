import { DocketError } from '@docket/contracts';
import type { DocumentFault } from './messages.js';

/** What the caller is told of a document that cannot be read. */
export function documentError(fault: DocumentFault): DocketError {
  switch (fault) {
    case 'encrypted':
      return new DocketError('DOCKET_DOCUMENT_ENCRYPTED', 'the document opens only with a password: send it without one', { kind: 'quarantine' });
    case 'corrupt':
      return new DocketError('DOCKET_DOCUMENT_CORRUPT', 'the document cannot be read: it is damaged or not what its media type says', {
        kind: 'quarantine',
      });
    case 'too-large':
      return new DocketError('DOCKET_DOCUMENT_TOO_LARGE', 'an image of the document has more pixels than DOCKET_MAX_PIXELS, or reading it takes too much memory', {
        kind: 'quarantine',
      });
    case 'no-such-page':
      return new DocketError('DOCKET_PAGE_MISSING', 'the document has no page of this number', { kind: 'invalid' });
  }
}

import 'reflect-metadata';
import { SHA256_HEX } from '../canonical.js';
import type { RecordManifest } from '../domain/records.js';
import { ATTACHMENT_REPOSITORY } from '../grants/extraction-request.js';
import { Constraint, Flag, Form, Optional, Present, Text, WholeNumber } from '../rules/constraints.js';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._:/-]*$/;

/** A record under this name would look like an attachment of a grant, which no custody record vouches for. */
function NotOfGrants(): PropertyDecorator {
  return Constraint({
    name: 'notOfGrants', rule: 'REC-CUSTODY', expected: 'the name of a repository that keeps custody records', test: (value) => value !== ATTACHMENT_REPOSITORY,
  });
}

/** What an upstream system sends of a document of a public-records request. */
export class RecordManifestPayload implements RecordManifest {
  @Present() @Text(1, 100) @Form(NAME, 'letters, digits, dot, dash, colon, slash, underscore')
  requestId!: string;

  @Present() @Text(2, 5) @Form(/^US(-[A-Z]{2})?$/, 'US, or US- and a state code')
  jurisdiction!: string;

  @Present() @Text(1, 200) @Form(NAME, 'letters, digits, dot, dash, colon, slash, underscore')
  documentId!: string;

  @Present() @Text(1, 100) @Form(NAME, 'letters, digits, dot, dash, colon, slash, underscore')
  @NotOfGrants()
  repository!: string;

  @Present() @Text(1, 50)
  version!: string;

  @Present() @Text(1, 2_000) @Form(/^[a-z][a-z0-9+.-]*:\/\/\S+$/, 'an absolute URI')
  uri!: string;

  @Present() @Text(1, 200) @Form(SHA256_HEX, 'SHA-256 in lower-case hex')
  digest!: string;

  @Present() @WholeNumber(1, 2 ** 40)
  size!: number;

  @Present() @Text(3, 200) @Form(/^[\w.+-]+\/[\w.+-]+$/, 'a media type')
  mediaType!: string;

  @Optional() @Present() @WholeNumber(1, 1_000_000)
  pages?: number;

  @Optional() @Present() @Text(1, 200)
  marking?: string;

  @Optional() @Present() @Text(1, 200)
  retention?: string;

  @Optional() @Flag()
  noOcr?: boolean;
}

import type { FastifyInstance } from 'fastify';
import { MEDIA_TYPES, type MediaType } from '../reader/messages.js';

/** A request body as the parsers below leave it. */
export class DocumentBody {
  constructor(
    readonly mediaType: MediaType,
    readonly bytes: Uint8Array,
  ) {}
}

/** Only documents are taken as bodies; any other media type is answered with 415. */
export function parseDocumentBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  for (const mediaType of MEDIA_TYPES) {
    server.addContentTypeParser<Buffer>(mediaType, { parseAs: 'buffer' }, (_request, bytes, done) =>
      done(null, new DocumentBody(mediaType, bytes)),
    );
  }
}

import { Controller, Header, HttpCode, Post, Req, Res } from '@nestjs/common';
import { DocketError } from '@docket/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { clientSignal } from '../http/client-signal.js';
import { DocumentBody } from '../http/document-body.js';
import { DocumentReading, type OcrResult } from './document-reading.js';

@Controller()
export class OcrController {
  constructor(private readonly reading: DocumentReading) {}

  @Post('v1/ocr')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  async read(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<OcrResult> {
    const { body } = request;
    if (!(body instanceof DocumentBody)) {
      throw new DocketError('DOCKET_MEDIA_TYPE', 'send the document as application/pdf, image/png or image/jpeg', { kind: 'invalid' });
    }
    if (body.bytes.length === 0) {
      throw new DocketError('DOCKET_BODY_EMPTY', "the body is empty: send the document's bytes", { kind: 'invalid' });
    }
    return this.reading.read(body, request.query, clientSignal(reply));
  }
}

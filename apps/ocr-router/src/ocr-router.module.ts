import { Module } from '@nestjs/common';
import { ExtractDocumentController } from './extract/extract-document.controller.js';

/** Object store, engine and runtime are provided by main.ts, which also closes them. */
@Module({ controllers: [ExtractDocumentController] })
export class OcrRouterModule {}

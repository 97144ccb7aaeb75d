import { Module, type DynamicModule } from '@nestjs/common';
import { DocumentReading } from './document-reading.js';
import { OcrController } from './ocr.controller.js';

@Module({})
export class OcrModule {}

export function ocrModule(reading: DocumentReading): DynamicModule {
  return { module: OcrModule, controllers: [OcrController], providers: [{ provide: DocumentReading, useValue: reading }] };
}

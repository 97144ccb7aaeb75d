import type { Runtime } from '@docket/stage-nest';
import type { Settings } from './settings.js';

export const ROUTER = Symbol('ocr-router runtime');
export const OBJECTS = Symbol('object store');
export const READING = Symbol('bulkhead of documents in memory');
export const ENGINE = Symbol('OCR engine');
export type RouterRuntime = Runtime<Settings>;

import { grantOf, HEADER, ruleCode, sha256Hex, type ExtractedEvent, type ExtractionManifest, type References, type WorkUnit } from '@docket/contracts';
import type { ObjectStore } from '@docket/object-store';
import { Bulkhead } from '@docket/resilience';
import { RecordContext, StageController } from '@docket/stage-nest';
import { emit, park, quarantine, type HandlerContext, type HandlerResult } from '@docket/stage';
import { Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type { OcrEngine } from '../engine/ocr-engine.port.js';
import { inspectPdf } from '../pdf/inspect-pdf.js';
import { ENGINE, OBJECTS, READING, ROUTER, type RouterRuntime } from '../tokens.js';
import { judge, type Finding } from './judge.js';
import { meanConfidence, type PageText } from './page-text.js';
import { readPages } from './read-pages.js';

/** Fetches a document, reads its pages, and hands its text to redaction, or to a person, or to a stricter lane. */
@StageController()
export class ExtractDocumentController {
  constructor(
    @Inject(ROUTER) private readonly runtime: RouterRuntime,
    @Inject(OBJECTS) private readonly objects: ObjectStore,
    @Inject(ENGINE) private readonly engine: OcrEngine,
    @Inject(READING) private readonly reading: Bulkhead,
  ) {}

  @EventPattern<string>('records.{lane}.validated')
  extract(@Payload() unit: WorkUnit, @Ctx() context: RecordContext): Promise<HandlerResult> {
    return this.reading.run(() => this.#extract(unit, context), context.call.signal);
  }

  async #extract(unit: WorkUnit, context: RecordContext): Promise<HandlerResult> {
    const { settings } = this.runtime.context;
    const { signal, log, attempt, stage } = context.call;
    // Validated one stage before, as a record or as part of a grant; the unit has not changed since.
    const manifest = unit.payload as ExtractionManifest;
    const document = await this.objects.read(manifest.uri, settings.maxDocumentBytes, signal);
    if (('size' in manifest && document.length !== manifest.size) || sha256Hex(document) !== manifest.digest) {
      return quarantine(ruleCode('SEC-HASH-01'), 'the stored bytes are not those of the manifest', 'custody', 'SEC-HASH-01');
    }
    if (manifest.mediaType !== 'application/pdf') {
      return quarantine('DOCKET_DOCUMENT_TYPE', 'only application/pdf is read', 'extraction');
    }
    const { pages: inspected } = await inspectPdf(document, { maxPages: settings.maxPages, signal });
    const pages = await readPages(this.engine, { manifest, document, pages: inspected, lastTry: attempt >= settings.engineAttempts, signal, log });
    const verdict = judge(pages, stage.lane, settings.minConfidence);
    switch (verdict.kind) {
      case 'raise':
        return this.#raise(verdict.lane, manifest, context.call);
      case 'review':
        return park(verdict.code, verdict.message, 'extraction', 'held-for-review', { ...quality(pages), ...originOf(manifest) });
      case 'pass':
        return this.#handOver(unit, manifest, pages, verdict.degraded, verdict.findings, context.call);
    }
  }

  /** Nothing of the document stays in the lower lane: its text was not stored, the unit goes on where it belongs. */
  #raise(lane: 'standard' | 'pii' | 'classified', manifest: ExtractionManifest, { record, stage }: HandlerContext): HandlerResult {
    const { settings, metrics } = this.runtime.context;
    if (lane === 'classified' || !settings.openLanes.includes(lane)) {
      return quarantine(ruleCode('REC-MARKING'), `the document belongs in the ${lane} lane, which ${stage.lane} may not hand over to`, 'policy', 'REC-MARKING');
    }
    metrics.increment('lane_raised_total', { to: lane });
    const value = record.value ?? Buffer.alloc(0);
    const headers = { [HEADER.lane]: lane };
    // A record meets custody again in its new lane; an attachment has none to meet.
    const event = grantOf(manifest)
      ? { topic: `records.${lane}.validated`, key: manifest.digest, type: 'docket.extraction.requested.v1', value, headers }
      : { topic: `records.${lane}.work-units`, key: manifest.digest, type: 'docket.record.work-unit.v1', value, headers };
    return emit([event], undefined, 'lane-raised');
  }

  async #handOver(
    unit: WorkUnit, manifest: ExtractionManifest, pages: readonly PageText[], degraded: boolean, findings: readonly Finding[], { stage }: HandlerContext,
  ): Promise<HandlerResult> {
    const text = Buffer.from(pages.map((page) => page.text.trim()).join('\n\f\n'), 'utf8');
    const stored = await this.objects.write(`records-${stage.lane}`, 'text', text, 'txt');
    const method = methodOf(pages);
    this.runtime.context.metrics.increment('ocr_documents_total', { method, degraded: String(degraded) });
    const confidence = meanConfidence(pages);
    const grant = grantOf(manifest);
    const extracted: ExtractedEvent = {
      correlationId: unit.correlationId,
      ...(grant && { grant }),
      requestId: manifest.requestId,
      documentId: manifest.documentId,
      documentDigest: manifest.digest,
      documentUri: manifest.uri,
      textUri: stored.uri,
      textDigest: stored.digest,
      degraded,
      words: pages.reduce((sum, page) => sum + page.words, 0),
      ...(confidence !== undefined && { meanConfidence: confidence }),
      pages: pages.map(({ page, method: how, words, confidence: sure }) => ({ page, method: how, words, ...(sure !== undefined && { confidence: sure }) })),
      findings,
    };
    return emit(
      [{ topic: `records.${stage.lane}.extracted`, key: manifest.digest, type: 'docket.record.extracted.v1', value: Buffer.from(JSON.stringify(extracted)) }],
      { state: degraded ? 'extracted-degraded' : 'extracted', references: { ...quality(pages), ...originOf(manifest), method, degraded, textUri: stored.uri, textDigest: stored.digest } },
    );
  }
}

function quality(pages: readonly PageText[]): References {
  const confidence = meanConfidence(pages);
  return {
    pages: pages.length,
    words: pages.reduce((sum, page) => sum + page.words, 0),
    ...(confidence !== undefined && { meanConfidence: confidence }),
  };
}

/** What the outcome of an attachment refers back to. */
function originOf(manifest: ExtractionManifest): References {
  const grant = grantOf(manifest);
  return grant ? { grant: grant.correlationId, grantId: grant.grantId } : {};
}

function methodOf(pages: readonly PageText[]): 'ocr' | 'text-layer' | 'mixed' {
  const methods = new Set(pages.map((page) => page.method));
  return methods.size > 1 ? 'mixed' : methods.has('ocr') ? 'ocr' : 'text-layer';
}

import type { Metrics } from '@docket/observability';
import type { PageText } from '../reader/messages.js';

/** Told what becomes of pages. */
export interface PageObserver {
  pageRead(page: PageText): void;
  pageFailed(): void;
}

/** Mean word confidence under which people should look at a page. */
const LOW_CONFIDENCE = 80;

export function pageMetrics(metrics: Metrics, engine: string): PageObserver {
  return {
    pageRead: ({ words, confidence, ms }) => {
      const outcome = words === 0 ? 'empty' : confidence < LOW_CONFIDENCE ? 'low_confidence' : 'ok';
      metrics.increment('ocr_pages_total', { engine, outcome });
      metrics.observe('ocr_page_duration_seconds', ms / 1_000, { engine });
      if (words > 0) metrics.observe('ocr_page_confidence_ratio', confidence / 100, { engine });
    },
    pageFailed: () => metrics.increment('ocr_pages_total', { engine, outcome: 'failed' }),
  };
}

import { stricterLane, type DocketCode, type Lane } from '@docket/contracts';
import { findBanner } from '../detect/find-banner.js';
import { findPersonalData, type PersonalDataType } from '../detect/find-personal-data.js';
import { meanConfidence, type PageText } from './page-text.js';

export interface Finding {
  readonly type: PersonalDataType;
  readonly page: number;
}

/** What is to become of a document whose pages were read. */
export type Judgement =
  | { readonly kind: 'raise'; readonly lane: Lane }
  | { readonly kind: 'review'; readonly code: DocketCode; readonly message: string }
  | { readonly kind: 'pass'; readonly degraded: boolean; readonly findings: readonly Finding[] };

/**
 * Lane first: what the text demands only ever raises it. Then quality: a page without text or a low mean
 * confidence is not a success, a person looks.
 */
export function judge(pages: readonly PageText[], lane: Lane, minConfidence: number): Judgement {
  const findings = pages.flatMap(({ page, text }) => findPersonalData(text).map((type) => ({ type, page })));
  let demanded: Lane = findings.length > 0 ? 'pii' : 'standard';
  let ambiguous = false;
  for (const { text } of pages) {
    const banner = findBanner(text);
    if (banner && 'lane' in banner) demanded = stricterLane(demanded, banner.lane);
    else if (banner) ambiguous = true;
  }
  if (stricterLane(lane, demanded) !== lane) return { kind: 'raise', lane: demanded };
  if (ambiguous && lane !== 'classified') {
    return { kind: 'review', code: 'DOCKET_MARKING_AMBIGUOUS', message: 'a bare CONFIDENTIAL stands at the edge of a page' };
  }
  const unread = pages.filter((page) => page.method === 'none').length;
  if (unread > 0) return { kind: 'review', code: 'DOCKET_PAGES_UNREAD', message: `${unread} page(s) have no text` };
  const confidence = meanConfidence(pages);
  if (confidence !== undefined && confidence < minConfidence) {
    return { kind: 'review', code: 'DOCKET_LOW_CONFIDENCE', message: 'the mean word confidence is too low' };
  }
  return { kind: 'pass', degraded: pages.some((page) => page.degraded), findings };
}

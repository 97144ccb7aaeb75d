import type { Lane } from '@docket/contracts';
import { isOneEditAway } from './edit-distance.js';

/** What a banner line demands; `review` where a person must say what it means. */
export type BannerFinding = { readonly lane: Lane } | { readonly review: true };

/** A banner stands by itself within this many lines of a page's head or foot. */
const EDGE_LINES = 4;

const CLASSIFIED = ['TOP SECRET', 'SECRET', 'CONFIDENTIAL'];
const CONTROLLED = ['CUI', 'CONTROLLED', 'FOUO', 'SBU', 'LES'];
const SEGMENT = /^(SCI|SI|TK|HCS|NOFORN|NF|ORCON|IMCON|PROPIN|REL TO [A-Z, ]+|FGI [A-Z ]*|SP-[A-Z-]+|[A-Z]{2,8}(?:-[A-Z]{1,8})?)$/;
const CLASSIFICATION_BLOCK = /\b(derived from|declassify on|classified by)\s*:/i;
const PORTION_MARK = /^\s*\((TS|S|C)(\/\/[A-Z/ ]+)?\)/m;

/**
 * Looks for classification banners (DoDM 5200.01 and the CUI marking handbook): a whole upper-case line
 * `LEVEL(//segment)*` at the edge of a page. Scans garble letters, so a level may be one edit off. A bare
 * CONFIDENTIAL is a common business word: without segments, portion marks or a classification block it asks
 * for a person.
 */
export function findBanner(pageText: string): BannerFinding | undefined {
  const lines = pageText.split('\n').map((line) => line.trim()).filter((line) => line !== '');
  const edge = lines.length <= EDGE_LINES * 2 ? lines : [...lines.slice(0, EDGE_LINES), ...lines.slice(-EDGE_LINES)];
  let review = false;
  let controlled = false;
  for (const line of edge) {
    const [level, ...segments] = bannerParts(line);
    if (level === undefined || !segments.every((segment) => SEGMENT.test(segment))) continue;
    if (matches(level, CLASSIFIED)) {
      const bare = segments.length === 0 && matches(level, ['CONFIDENTIAL']);
      if (!bare || PORTION_MARK.test(pageText) || CLASSIFICATION_BLOCK.test(pageText)) return { lane: 'classified' };
      review = true;
    } else if (CONTROLLED.includes(level)) {
      controlled = true;
    } else if (level === 'UNCLASSIFIED' && segments.some((segment) => CONTROLLED.includes(segment))) {
      controlled = true;
    }
  }
  return review ? { review } : controlled ? { lane: 'pii' } : undefined;
}

/** Splits at `//`, also where a scan has spaces or a bar in it. Only upper-case lines qualify. */
function bannerParts(line: string): string[] {
  if (line.length > 120 || line !== line.toUpperCase() || !/[A-Z]/.test(line)) return [];
  return line.split(/\s*[/|]\s*[/|]\s*/).map((part) => part.replaceAll(/\s+/g, ' ').replaceAll(/^[^A-Z]+|[^A-Z]+$/g, ''));
}

function matches(level: string, names: readonly string[]): boolean {
  return names.some((name) => level === name || (level !== 'UNCLASSIFIED' && isOneEditAway(level, name)));
}

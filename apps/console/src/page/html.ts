/** Markup that is safe to send: made by `html` only. */
export class Html {
  /** @internal */
  constructor(readonly text: string) {}
}

type Part = Html | string | number | null | readonly Html[];

/** A template of markup: what is put in is escaped for text and quoted attributes, unless it is markup itself. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.map((text, at) => (at === 0 ? '' : markup(parts[at - 1] ?? null)) + text).join(''));
}

/** Text of an element or of a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => ESCAPES[c] ?? c);
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function markup(part: Part): string {
  if (part === null) return '';
  if (part instanceof Html) return part.text;
  return typeof part === 'object' ? part.map((item) => item.text).join('') : escapeHtml(String(part));
}

import type { ProblemBody } from '../http/problem.js';
import { html } from './html.js';
import { layout } from './layout.js';

export function problemPage({ title, detail, code }: ProblemBody): string {
  return layout(title, html`<p>${detail}</p><p><code>${code}</code></p>`);
}

import { Html, html } from './html.js';
import { STYLE } from './style.js';

/** A whole page. `asOf`: how far the view is; undefined where the page tells nothing of it. */
export function layout(title: string, main: Html, asOf?: string | null): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title} - Docket</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<header><nav aria-label="Docket"><a href="/">Docket: overview</a></nav></header>
<main>
<h1>${title}</h1>
${main}
</main>
${asOf === undefined ? null : html`<footer><p>As of ${time(asOf, 'no record yet')}</p></footer>`}
</body>
</html>
`.text;
}

export function time(at: string | null, otherwise = ''): Html {
  return at === null ? html`${otherwise}` : html`<time datetime="${at}">${at.replace('T', ' ').replace('Z', ' UTC')}</time>`;
}

/** A data table: the first cell of a row is its heading. */
export function table(caption: string, heads: readonly string[], rows: readonly (readonly Html[])[]): Html {
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table>
<caption>${caption}</caption>
<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows.map(([first, ...rest]) => html`<tr><th scope="row">${first ?? null}</th>${rest.map((cell) => html`<td>${cell}</td>`)}</tr>
`)}</tbody>
</table></div>`;
}

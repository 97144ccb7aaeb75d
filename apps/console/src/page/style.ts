import { createHash } from 'node:crypto';

/** The only style sheet; inline, and allowed by its hash. */
export const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 75rem; padding: 1rem; }
a { display: inline-block; min-height: 24px; }
h1 { font-size: 1.5rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: 1rem 0; }
caption { font-weight: 600; text-align: left; padding: .25rem 0; }
th, td { border-bottom: 1px solid GrayText; padding: .25rem .75rem .25rem 0; text-align: left; vertical-align: top; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
code { font: .875rem ui-monospace, monospace; overflow-wrap: anywhere; }
dt { font-weight: 600; }
dd { margin: 0 0 .5rem; overflow-wrap: anywhere; }
`;

export const STYLE_HASH = `sha256-${createHash('sha256').update(STYLE).digest('base64')}`;

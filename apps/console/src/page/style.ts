import { createHash } from 'node:crypto';

/** The only style sheet; inline, and allowed by its hash. */
export const STYLE = `
:root {
  color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; --line: light-dark(#d4d8de, #3b414a); --soft: light-dark(#f4f6f8, #20242a);
  --good: light-dark(#0b6b35, #6fd39a); --bad: light-dark(#a4161a, #ff9a9a); --wait: light-dark(#7a4b00, #f2c26b); --link: light-dark(#0b4f8a, #8cc2ff);
}
body { margin: 0; background: light-dark(#fff, #15181c); color: light-dark(#15181c, #e8eaed); }
header { background: light-dark(#12395b, #0d2438); padding: .5rem 1.25rem; }
header a { color: #fff; font-weight: 600; text-decoration: none; min-height: 24px; display: inline-block; }
main, footer { margin: 0 auto; max-width: 80rem; padding: .5rem 1.25rem; }
footer { border-top: 1px solid var(--line); font-size: .875rem; }
a { color: var(--link); }
a:focus-visible { outline: 3px solid currentcolor; outline-offset: 2px; }
h1 { font-size: 1.375rem; overflow-wrap: anywhere; }
h2 { font-size: 1.125rem; margin-top: 2rem; }
.tiles { display: flex; flex-wrap: wrap; gap: .75rem; list-style: none; padding: 0; }
.tiles li { background: var(--soft); border: 1px solid var(--line); border-radius: .5rem; padding: .5rem 1rem; min-width: 7rem; }
.tiles b { display: block; font-size: 1.5rem; font-variant-numeric: tabular-nums; }
.state { font-weight: 600; white-space: nowrap; }
.state::before { content: "\\25CF"; margin-right: .375rem; }
.good { color: var(--good); } .bad { color: var(--bad); } .wait { color: var(--wait); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9375rem; }
caption { text-align: left; padding: .25rem 0; font-size: .875rem; }
th, td { border-bottom: 1px solid var(--line); padding: .375rem 1rem .375rem 0; text-align: left; vertical-align: top; }
thead th { font-size: .8125rem; }
tbody th { font-weight: 400; }
time { white-space: nowrap; }
code { font: .8125rem ui-monospace, monospace; overflow-wrap: anywhere; }
td a, th a { display: inline-block; min-height: 24px; white-space: nowrap; }
dl { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: .25rem 1.5rem; }
dt { font-weight: 600; }
dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: .5rem; } }
`;

export const STYLE_HASH = `sha256-${createHash('sha256').update(STYLE).digest('base64')}`;

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeHtml, html } from './html.js';
import { layout } from './layout.js';
import { unitPage } from './unit.page.js';

const EVIL = `"><script>alert('x')</script>&lt;`;

describe('markup', () => {
  it('escapes what is put in, and not what is markup', () => {
    expect(html`<p title="${'"a" & \'b\''}">${'<b>'}</p>`.text).toBe('<p title="&quot;a&quot; &amp; &#39;b&#39;">&lt;b&gt;</p>');
    expect(html`<ul>${['<', '&'].map((text) => html`<li>${text}</li>`)}</ul>${null}${3}`.text).toBe('<ul><li>&lt;</li><li>&amp;</li></ul>3');
  });

  it('never lets a text end an element or an attribute', () => {
    fc.assert(fc.property(fc.string(), (text) => {
      expect(escapeHtml(text)).not.toMatch(/[<>"']|&(?!amp;|lt;|gt;|quot;|#39;)/);
    }));
  });

  it('escapes every value of a unit and its timeline', () => {
    const page = unitPage(
      {
        id: EVIL, kind: EVIL, tenant: EVIL, lane: EVIL, state: EVIL, stage: EVIL, attempts: 1, batch: EVIL, digest: EVIL, ids: { [EVIL]: EVIL },
        rules: [EVIL], code: EVIL, references: { [EVIL]: EVIL }, receivedAt: EVIL, closedAt: EVIL,
      },
      { timeline: [{ at: EVIL, stage: EVIL, step: EVIL, code: EVIL, status: EVIL, attempt: 1, topic: EVIL, partition: 0, offset: EVIL, leaf: EVIL }], omittedSteps: 1 },
      EVIL,
    );
    expect(page).not.toContain('<script');
    expect(page).not.toContain(EVIL);
    expect(page.match(/&lt;script&gt;/g)?.length).toBeGreaterThan(20);
  });
});

describe('a page', () => {
  it('has a language, a title, one heading and its landmarks', () => {
    const page = layout('Example', html`<p>text</p>`, null);
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(page).toContain('<title>Example - Docket</title>');
    expect(page.match(/<h1>/g)).toHaveLength(1);
    expect(page).toMatch(/<main>[\s\S]*<\/main>\s*<footer><p>As of no record yet/);
  });
});

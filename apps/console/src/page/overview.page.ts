import type { OverviewView } from '../overview/overview.queries.js';
import type { UnitView } from '../units/unit.view.js';
import { html } from './html.js';
import { stateMark } from './state.js';
import { layout, table, time } from './layout.js';

export function overviewPage(counts: OverviewView, newest: readonly UnitView[], asOf: string | null): string {
  const byState = Object.entries(counts.states).sort(([a], [b]) => (a < b ? -1 : 1));
  return layout(
    'Overview',
    html`<p>${counts.total} units, ${counts.open} of them without an outcome.</p>
<ul class="tiles" aria-label="Units by state">${byState.map(([state, n]) => html`<li>${stateMark(state)} <b>${n}</b></li>`)}</ul>
<h2>Newest units</h2>
${newest.length === 0
  ? html`<p>No unit has come in yet.</p>`
  : table('The newest units', ['Unit', 'Kind', 'Tenant', 'Lane', 'State', 'Stage', 'Received'], newest.map((unit) => [
      html`<a href="/units/${unit.id}"><code>${unit.id}</code></a>`,
      html`${unit.kind}`, html`${unit.tenant}`, html`${unit.lane}`, stateMark(unit.state), html`${unit.stage}`, time(unit.receivedAt),
    ]))}`,
    asOf,
  );
}

import type { Timeline } from '../units/unit.queries.js';
import type { UnitView } from '../units/unit.view.js';
import { html, type Html } from './html.js';
import { layout, table, time } from './layout.js';
import { stateMark } from './state.js';

export function unitPage(unit: UnitView, { timeline, omittedSteps }: Timeline, asOf: string | null): string {
  const facts: readonly (readonly [string, Html])[] = [
    ['State', stateMark(unit.state)],
    ['Stage', html`${unit.stage}, attempt ${unit.attempts}`],
    ...(unit.code === null ? [] : [['Reason', html`${[unit.code, ...unit.rules].join(', ')}`] as const]),
    ['Kind, tenant, lane', html`${[unit.kind ?? 'unknown', unit.tenant ?? 'unknown', unit.lane].join(', ')}`],
    ['Received', time(unit.receivedAt)],
    ['Closed', time(unit.closedAt, 'open')],
    ['Batch', html`<code>${unit.batch}</code>`],
    ['Digest', html`<code>${unit.digest}</code>`],
    ...Object.entries({ ...unit.ids, ...unit.references }).map(([name, value]) => [name, html`<code>${String(value)}</code>`] as const),
  ];
  return layout(
    `Unit ${unit.id}`,
    html`<dl>${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>
`)}</dl>
<h2>Timeline</h2>
${omittedSteps > 0 ? html`<p>${omittedSteps} older steps are not shown.</p>` : null}
${table('Steps on the audit record', ['Time', 'Stage', 'Step', 'Code', 'Attempt', 'Record', 'Audit event'], timeline.map((step) => [
  time(step.at), html`${step.stage}`, html`${step.step}`, html`${step.code}`, html`${step.attempt}`,
  html`<code>${step.topic}/${step.partition}/${step.offset}</code>`, html`<code>${step.leaf}</code>`,
]))}`,
    asOf,
  );
}

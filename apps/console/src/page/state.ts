import { html, type Html } from './html.js';

const TONES: Readonly<Record<string, 'good' | 'bad' | 'wait'>> = {
  submitted: 'good', extracted: 'good', 'extracted-degraded': 'wait', rejected: 'bad', quarantined: 'bad', 'dead-lettered': 'bad', conflict: 'bad',
  parked: 'wait', 'in-doubt': 'wait', 'held-for-review': 'wait',
};

/** A state by name, with a colour for whoever sees it; the name alone says all. */
export function stateMark(state: string): Html {
  return html`<span class="state ${TONES[state] ?? ''}">${state}</span>`;
}

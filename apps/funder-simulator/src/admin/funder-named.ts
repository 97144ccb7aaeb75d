import type { Funder } from '../funders/funder.js';
import { Refusal } from '../refusal.js';
import type { SimulatorParts } from '../simulator.parts.js';

/** Throws a Refusal 404. */
export function funderNamed({ funders }: SimulatorParts, id: string): Funder {
  const funder = funders.get(id);
  if (!funder) throw new Refusal(404, 'no such funder');
  return funder;
}

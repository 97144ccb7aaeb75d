import { laneTopic, type Lane } from '@docket/contracts';
import { decodeAudit } from './audit.decoder.js';
import { decodeClock } from './clock.decoder.js';
import type { FactDecoder } from './fact.js';
import { decodeOutcome } from './outcome.decoder.js';
import { decodeWorkUnit } from './work-unit.decoder.js';

/** What a console of these lanes reads, and how. */
export function topicDecoders(lanes: readonly Lane[]): ReadonlyMap<string, FactDecoder> {
  const decoders = new Map<string, FactDecoder>();
  for (const lane of lanes) {
    decoders.set(laneTopic(lane, 'outcomes'), decodeOutcome);
    decoders.set(laneTopic(lane, 'audit.log'), decodeAudit);
    decoders.set(`records.${lane}.work-units`, decodeWorkUnit);
  }
  if (lanes.includes('standard')) {
    decoders.set('grants.work-units', decodeWorkUnit);
    decoders.set('deadlines.clocks', decodeClock);
  }
  return decoders;
}

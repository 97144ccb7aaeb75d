import { ruleCode, type CustodyRecord, type Lane, laneOfMarking, type RecordManifest, stricterLane } from '@docket/contracts';
import { park, quarantine, type HandlerResult } from '@docket/stage';

/**
 * REC-CUSTODY and REC-RETENTION: the repository knows the document in this version and with these bytes, it is
 * not superseded, and it may be worked on. Undefined where all is well.
 */
export function checkCustody(manifest: RecordManifest, custody: CustodyRecord | undefined): HandlerResult | undefined {
  const refuse = (message: string) => quarantine(ruleCode('REC-CUSTODY'), message, 'custody', 'REC-CUSTODY');
  if (!custody) return refuse('the repository has no custody record of this document');
  if (custody.version !== manifest.version) return refuse('the custody record is of another version');
  if (custody.digest !== manifest.digest) return refuse('the custody record has another digest');
  if (custody.status === 'superseded') return refuse('the repository has superseded this document');
  switch (custody.retention.status) {
    case 'active':
      return undefined;
    case 'disposed':
      return quarantine(ruleCode('REC-RETENTION'), 'the document was disposed of', 'custody', 'REC-RETENTION');
    case 'hold':
      return park(ruleCode('REC-RETENTION'), 'the document is under a hold: a person decides', 'custody', 'held-for-review');
  }
}

export type LaneChoice = { readonly lane: Lane } | { readonly refused: HandlerResult };

/** REC-MARKING: the lane that the upstream marking demands, never below the lane that the unit is in. */
export function chooseLane(marking: string | undefined, lane: Lane, openLanes: readonly Lane[]): LaneChoice {
  if (marking === undefined) return { lane };
  const demanded = laneOfMarking(marking);
  if (!demanded) {
    return { refused: park(ruleCode('REC-MARKING'), 'the marking is not understood: a person decides', 'policy', 'held-for-review') };
  }
  const chosen = stricterLane(lane, demanded);
  if (chosen === lane || (openLanes.includes(chosen) && chosen !== 'classified')) return { lane: chosen };
  return { refused: quarantine(ruleCode('REC-MARKING'), 'the marking demands a lane that this one may not hand over to', 'policy', 'REC-MARKING') };
}

import { missingSteps, verifyAuditRecord } from '@docket/audit';
import type { AuditEvent, Outcome } from '@docket/contracts';
import { readTopics, type Kafka, type TopicNames } from '@docket/stage-kafka';

export interface AuditReport {
  readonly events: number;
  /** Events whose key is their SHA-256 and that fit the schema. */
  readonly verified: number;
  /** What is missing from the trail of a unit, by correlation id. */
  readonly gaps: ReadonlyMap<string, readonly string[]>;
}

/** Reads the whole audit log and every outcome, and checks the one against the other. */
export async function verifyAudit(kafka: Kafka, names: TopicNames): Promise<AuditReport> {
  const trails = new Map<string, AuditEvent[]>();
  const outcomes = new Map<string, Outcome>();
  let events = 0;
  let verified = 0;
  await readTopics(kafka, names, ['audit.log', 'outcomes'], ({ topic, key, value }) => {
    if (topic === 'outcomes') {
      if (key !== null && value) outcomes.set(key, JSON.parse(value.toString('utf8')) as Outcome);
      return;
    }
    events++;
    const result = verifyAuditRecord(key, value);
    if (!('event' in result)) return;
    verified++;
    const trail = trails.get(result.event.subject);
    if (trail) trail.push(result.event);
    else trails.set(result.event.subject, [result.event]);
  });
  const gaps = new Map<string, readonly string[]>();
  for (const [id, outcome] of outcomes) {
    const missing = missingSteps(outcome, trails.get(id) ?? []);
    if (missing.length > 0) gaps.set(id, missing);
  }
  return { events, verified, gaps };
}

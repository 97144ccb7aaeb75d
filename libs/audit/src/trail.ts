import { ATTACHMENT_REPOSITORY, LANES, stagesOf, type AuditEvent, type Outcome, type UnitDescriptor } from '@docket/contracts';

/** By stage, all that a unit passes on its way there. */
const PATHS: ReadonlyMap<string, readonly string[]> = new Map(stagesOf(LANES).map(({ name, path }) => [name, path]));
const ATTACHMENT_PATHS: ReadonlyMap<string, readonly string[] | undefined> = new Map(stagesOf(LANES).map(({ name, attachmentPath }) => [name, attachmentPath]));

/** What an outcome says of its trail. Whoever reads only a part of it must take `unit` along: it tells an attachment from a document. */
export type TrailEnd = Pick<Outcome, 'stage' | 'state' | 'attempts' | 'code'> & { readonly unit?: Pick<UnitDescriptor, 'ids'> | undefined };

/** One unit's steps in the order of the log. */
export type Trail = readonly AuditEvent[];

/**
 * What is missing from a unit's trail for the outcome it has: each stage on its way completed, and the last
 * one's step agreeing with the outcome. A unit raised to a stricter lane passed its first stages in the lane it
 * came from, so these count in any lane. Of a stage beside the catalogue's own only its own step is asked for: what
 * comes before it is not known here. An attachment of a grant begins where the grant's validation handed it over: what came
 * before is the grant's trail. Empty where the trail is complete.
 */
export function missingSteps(outcome: TrailEnd, trail: Trail): string[] {
  const attached = outcome.unit?.ids['repository'] === ATTACHMENT_REPOSITORY;
  const path = (attached ? ATTACHMENT_PATHS.get(outcome.stage) : undefined) ?? PATHS.get(outcome.stage) ?? [outcome.stage];
  const missing: string[] = [];
  for (const stage of path.slice(0, -1)) {
    const passed = (event: AuditEvent) => family(event.data.action) === family(stage) && event.type === 'docket.audit.completed.v1';
    if (!trail.some(passed)) missing.push(`${stage}: completed`);
  }
  const expected = outcome.code ?? outcome.state;
  if (!trail.some((event) => event.data.action === outcome.stage && event.data.outcome.code === expected && event.data.attempt === outcome.attempts)) {
    missing.push(`${outcome.stage}: ${expected} at attempt ${outcome.attempts}`);
  }
  // AUD-RETRY-01: every try before the last one is on the record.
  for (let attempt = 1; attempt < outcome.attempts; attempt++) {
    const retried = (event: AuditEvent) =>
      event.data.action === outcome.stage && event.data.attempt === attempt && event.type === 'docket.audit.retried.v1';
    if (!trail.some(retried)) missing.push(`${outcome.stage}: retry after attempt ${attempt}`);
  }
  return missing;
}

/** Of a unit it does not matter by which door it came, nor in which lane. */
function family(stage: string): string {
  return stage.replace(/\.http$/, '').replace(/\.(standard|pii|classified)$/, '');
}

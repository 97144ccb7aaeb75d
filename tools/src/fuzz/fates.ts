import { isDocketError, parseWorkUnit, RULES, type ErrorEvent, type Outcome, type WorkUnit } from '@docket/contracts';
import { readTopics, type Kafka, type TopicNames } from '@docket/stage-kafka';
import { attachmentFaults } from './oracle/attachment-rules.js';
import { digestOf } from './oracle/canonical-digest.js';
import type { Findings } from './findings.js';
import { INBOUND } from './kafka-fuzz.js';
import { faultsIn } from './mutant.js';
import type { Kind } from './seeds.js';

const WORK_UNITS: Readonly<Record<Kind, string>> = { grant: 'grants.work-units', record: 'records.standard.work-units' };
const VALIDATED: Readonly<Record<Kind, string>> = { grant: 'grants.validated', record: 'records.standard.validated' };
const RULE_IDS: ReadonlySet<string> = new Set(RULES);
const KINDS = ['grant', 'record'] as const;

export interface FatesOptions {
  readonly kafka: Kafka;
  readonly names: TopicNames;
  readonly findings: Findings;
  /** By kind: records that lie on the inbound topic, over HTTP and directly. */
  readonly sent: Readonly<Record<Kind, number>>;
  /** And those that may lie there too, since their answer was lost. */
  readonly unknown: Readonly<Record<Kind, number>>;
  /** Says for people what was done at `topic/partition/offset`. */
  readonly describe: (place: string) => string;
}

/** How each record ended, as the topics say once nothing is under way any more. */
export async function readFates({ kafka, names, findings, sent, unknown, describe }: FatesOptions): Promise<void> {
  /** `topic/partition/offset` of what came to an end there. */
  const ended = new Map<string, ErrorEvent>();
  const unitPlaces: { readonly place: string; readonly id: string; readonly kind: Kind; readonly right: boolean }[] = [];
  const ids = new Set<string>();
  const validated = new Map<string, number>();
  const raised = new Set<string>();
  await readTopics(kafka, names, ['errors'], ({ value }) => {
    const event = JSON.parse(String(value)) as ErrorEvent;
    const { topic, partition, offset } = event.origin;
    const place = `${topic}/${partition}/${offset}`;
    if (ended.has(place)) findings.defect('one record ended twice', describe(place));
    ended.set(place, event);
    findings.count(`end ${event.stage} ${event.category}`);
    if (!event.code.startsWith('DOCKET_') || (event.category === 'validation' && event.violations.length === 0 && event.code === 'DOCKET_INVALID')) {
      findings.defect('refused without a rule or a code', describe(place));
    }
    if (event.violations.some(({ rule, path }) => !RULE_IDS.has(rule) || !path.startsWith('$'))) findings.defect('a violation names no rule or no path', describe(place));
    if (event.category === 'retry-exhausted' || event.code === 'DOCKET_UNEXPECTED') findings.defect(`ended by an error of ours: ${event.code}`, describe(place));
  });
  for (const kind of KINDS) {
    await readTopics(kafka, names, [WORK_UNITS[kind]], ({ topic, partition, offset, value }) => {
      const unit = unitOf(value, findings, `${topic}/${partition}/${offset}`);
      if (!unit) return;
      ids.add(unit.correlationId);
      unitPlaces.push({ place: `${topic}/${partition}/${offset}`, id: unit.correlationId, kind, right: faultsIn(kind, unit.payload).length === 0 });
    });
    await readTopics(kafka, names, [VALIDATED[kind]], ({ topic, partition, offset, value }) => {
      const unit = unitOf(value, findings, `${topic}/${partition}/${offset}`);
      if (!unit) return;
      validated.set(unit.correlationId, (validated.get(unit.correlationId) ?? 0) + 1);
      findings.count(`validated ${kind}`);
      // What is no unit of this pipeline was handed over by the grants': an attachment to be read.
      const ofGrant = kind === 'record' && !ids.has(unit.correlationId);
      const faults = ofGrant ? attachmentFaults(unit.payload, (id) => validated.has(id)) : faultsIn(kind, unit.payload);
      if (ofGrant) findings.count('attachments handed over');
      if (faults.length > 0) findings.defect(`validated although it breaks a rule: ${faults[0]}`, JSON.stringify(unit.payload).slice(0, 2_000));
      if (digestOf(unit.payload) !== unit.digest) findings.defect('validated with another digest than its payload has', unit.correlationId);
    });
  }
  await readTopics(kafka, names, ['records.pii.work-units'], ({ value }) => {
    const unit = unitOf(value, findings, 'records.pii.work-units');
    if (unit) raised.add(unit.correlationId);
  });
  let outcomes = 0;
  await readTopics(kafka, names, ['outcomes'], ({ value }) => {
    const outcome = JSON.parse(String(value)) as Outcome;
    outcomes += 1;
    if (outcome.state === 'rejected' && !(outcome.rules?.length && outcome.rules.every((rule) => RULE_IDS.has(rule)))) {
      findings.defect('an outcome is rejected without a rule', outcome.correlationId);
    }
  });
  findings.count('outcomes', outcomes);

  for (const kind of KINDS) {
    const ofKind = unitPlaces.filter((unit) => unit.kind === kind);
    const refused = [...ended.keys()].filter((place) => place.startsWith(`${INBOUND[kind]}/`)).length;
    findings.count(`inbound ${kind}`, sent[kind]);
    findings.count(`refused by intake ${kind}`, refused);
    findings.count(`work units ${kind}`, ofKind.length);
    const missing = sent[kind] - refused - ofKind.length;
    if (missing > 0 || missing < -unknown[kind]) findings.defect(`${kind}: ${sent[kind]} on the inbound topic, ${refused} refused there, ${ofKind.length} work units`, `${missing} unaccounted for`);
  }
  for (const { place, id, kind, right } of unitPlaces) {
    const error = ended.get(place);
    if (error && right && error.category === 'validation') findings.defect(`rejected by ${error.violations[0]?.rule ?? error.code} although it keeps every rule`, `${id}: ${error.violations[0]?.path ?? ''}`);
    if (error === undefined && !validated.has(id) && !raised.has(id)) findings.defect(`${kind}: a work unit came to no end`, `${id} at ${place}`);
  }
  for (const [id, times] of validated) if (times > 1) findings.defect('validated twice', id);
}

function unitOf(value: Uint8Array | null, findings: Findings, place: string): WorkUnit | undefined {
  try {
    return parseWorkUnit(value);
  } catch (error) {
    findings.defect(`not a work unit: ${isDocketError(error) ? error.code : 'unknown'}`, place);
    return undefined;
  }
}

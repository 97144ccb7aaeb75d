/** Security lanes of the records pipeline; each has topics, groups, credentials and processes of its own. */
export const LANES = ['standard', 'pii', 'classified'] as const;
export type Lane = (typeof LANES)[number];

export const COMPONENTS = [
  'intake', 'validator', 'executor', 'ocr-router', 'deadlines', 'auditor', 'lag-collector', 'console', 'ocr-engine', 'funder-simulator',
] as const;
/** One of Docket's own, or the name that a service of yours gives itself. */
export type Component = (typeof COMPONENTS)[number] | (string & Record<never, never>);

/** A stage reads one keyed input topic, handles each record once in order of its key, and writes what comes of it. */
export interface StageSpec {
  /** e.g. `validator.records.pii`. */
  readonly name: string;
  readonly component: Component;
  readonly lane: Lane;
  readonly input: string;
  readonly outputs: readonly string[];
  /** Where the order key stands: the record key, or the `docket-order-key` header. */
  readonly orderBy: 'key' | 'header';
  /**
   * What makes two inputs the same: `unit`, the correlation id (or source and id where a record has none); `origin`, the
   * place where the record lies, for topics whose partitions upstream chose: there nothing may be decided by partition.
   */
  readonly dedupe: 'unit' | 'origin';
  /** Another id with the subject and digest of a unit that was seen is a duplicate of that unit. */
  readonly contentDuplicates: boolean;
  /** Its handlers call the outside, so intents are kept on `<stage>.attempts`. */
  readonly callsOutside: boolean;
  /** Its input is compacted, so offsets may be missing there. */
  readonly compactedInput?: true;
  /** Every stage a unit passes on its way here, itself last: the steps that its audit trail must show. A unit that came over HTTP shows `<first>.http` for the first. */
  readonly path: readonly string[];
  /** The same for an attachment of a grant, which no stage of the records pipeline has seen before. */
  readonly attachmentPath?: readonly string[];
}

const GRANTS: readonly StageSpec[] = [
  stage('intake.grants', 'intake', 'standard', 'grants.inbound', ['grants.work-units'], ['intake.grants'], { dedupe: 'origin' }),
  // Apart from upstream's: what was answered 202 must not wait behind what backpressure holds back.
  stage('intake.grants.http', 'intake', 'standard', 'grants.submissions', ['grants.work-units'], ['intake.grants.http'], { dedupe: 'origin' }),
  stage('validator.grants', 'validator', 'standard', 'grants.work-units', ['grants.validated', 'records.standard.validated'], ['intake.grants', 'validator.grants'], {
    contentDuplicates: true,
  }),
  stage('executor', 'executor', 'standard', 'grants.validated', ['executor.quotas'], ['intake.grants', 'validator.grants', 'executor'], {
    orderBy: 'header', callsOutside: true,
  }),
];

function recordStages(lane: Lane): StageSpec[] {
  const intake = `intake.records.${lane}`;
  const validator = `validator.records.${lane}`;
  const router = `ocr-router.${lane}`;
  const topic = (name: string) => `records.${lane}.${name}`;
  const raise = lane === 'standard' ? ['records.pii.work-units'] : [];
  // An attachment has no custody record to be checked again, so it is raised past the validator, which would find none.
  const raiseAttachment = lane === 'standard' ? ['records.pii.validated'] : [];
  const attachmentPath = lane === 'pii' ? ['ocr-router.standard', router] : [router];
  return [
    stage(intake, 'intake', lane, topic('inbound'), [topic('work-units'), topic('quarantine')], [intake], { dedupe: 'origin' }),
    stage(`${intake}.http`, 'intake', lane, topic('submissions'), [topic('work-units'), topic('quarantine')], [`${intake}.http`], { dedupe: 'origin' }),
    // One document answers many requests: the same digest under another id is no duplicate.
    stage(validator, 'validator', lane, topic('work-units'), [topic('validated'), topic('quarantine'), ...raise], [intake, validator]),
    stage(router, 'ocr-router', lane, topic('validated'), [topic('extracted'), topic('quarantine'), ...raise, ...raiseAttachment], [intake, validator, router], {
      attachmentPath,
    }),
  ];
}

const DEADLINES = stage('deadlines', 'deadlines', 'standard', 'records.requests', ['deadlines.clocks'], ['deadlines'], { dedupe: 'origin', compactedInput: true });

/** All stages of the given lanes. Grants and deadlines belong to the standard lane. */
export function stagesOf(lanes: readonly Lane[]): StageSpec[] {
  return lanes.flatMap((lane) => (lane === 'standard' ? [...GRANTS, ...recordStages(lane), DEADLINES] : recordStages(lane)));
}

/** The stage of this name. Throws a plain Error where there is none: the catalogue and the code disagree. */
export function stageSpec(name: string): StageSpec {
  const found = stagesOf(LANES).find((spec) => spec.name === name);
  if (!found) throw new Error(`no stage is called ${name}`);
  return found;
}

type Traits = Partial<Pick<StageSpec, 'orderBy' | 'dedupe' | 'contentDuplicates' | 'callsOutside' | 'compactedInput' | 'attachmentPath'>>;

function stage(
  name: string, component: Component, lane: Lane, input: string, outputs: readonly string[], path: readonly string[], traits: Traits = {},
): StageSpec {
  return { name, component, lane, input, outputs, path, orderBy: 'key', dedupe: 'unit', contentDuplicates: false, callsOutside: false, ...traits };
}

/** Retry topics of each stage; their delays are a setting. */
export const RETRY_TIERS = 5;

/** The topics that belong to a stage alone. All have the partition count of its input. */
export function ownTopics(spec: StageSpec) {
  const { name } = spec;
  return {
    retry: Array.from({ length: RETRY_TIERS }, (_, index) => `${name}.retry.${index + 1}`),
    dlq: `${name}.dlq`,
    parked: `${name}.parked`,
    ledger: `${name}.ledger`,
    ...(spec.callsOutside && { attempts: `${name}.attempts` }),
  };
}

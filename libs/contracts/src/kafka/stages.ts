/** Security lanes of the records pipeline; each has topics, groups, credentials and processes of its own. */
export const LANES = ['standard', 'pii', 'classified'] as const;
export type Lane = (typeof LANES)[number];

export const COMPONENTS = [
  'intake', 'validator', 'executor', 'ocr-router', 'deadlines', 'auditor', 'lag-collector', 'console', 'ocr-engine', 'funder-simulator',
] as const;
export type Component = (typeof COMPONENTS)[number];

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
  /** Every stage a unit passes on its way here, itself last: the steps that its audit trail must show. */
  readonly path: readonly string[];
}

const GRANTS: readonly StageSpec[] = [
  stage('intake.grants', 'intake', 'standard', 'grants.inbound', ['grants.work-units'], ['intake.grants']),
  stage('validator.grants', 'validator', 'standard', 'grants.work-units', ['grants.validated'], ['intake.grants', 'validator.grants']),
  stage('executor', 'executor', 'standard', 'grants.validated', [], ['intake.grants', 'validator.grants', 'executor'], 'header'),
];

function recordStages(lane: Lane): StageSpec[] {
  const intake = `intake.records.${lane}`;
  const validator = `validator.records.${lane}`;
  const router = `ocr-router.${lane}`;
  const topic = (name: string) => `records.${lane}.${name}`;
  const raise = lane === 'standard' ? ['records.pii.work-units'] : [];
  return [
    stage(intake, 'intake', lane, topic('inbound'), [topic('work-units'), topic('quarantine')], [intake]),
    stage(validator, 'validator', lane, topic('work-units'), [topic('validated'), topic('quarantine'), ...raise], [intake, validator]),
    stage(router, 'ocr-router', lane, topic('validated'), [topic('extracted'), topic('quarantine'), ...raise], [intake, validator, router]),
  ];
}

const DEADLINES = stage('deadlines', 'deadlines', 'standard', 'records.requests', ['deadlines.clocks'], ['deadlines']);

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

function stage(
  name: string, component: Component, lane: Lane, input: string, outputs: readonly string[], path: readonly string[],
  orderBy: StageSpec['orderBy'] = 'key',
): StageSpec {
  return { name, component, lane, input, outputs, orderBy, path };
}

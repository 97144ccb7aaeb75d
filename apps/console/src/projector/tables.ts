import { LANES } from '@docket/contracts';
import type { ClockFact, StepFact, UnitFact } from './fact.js';
import { timestamp, type Column, type UpsertTarget } from './upsert.js';

const description: readonly Column<UnitFact>[] = [
  { name: 'described', type: 'text', of: (row) => row.description.order },
  { name: 'kind', type: 'text', of: (row) => row.description.kind },
  { name: 'tenant', type: 'text', of: (row) => row.description.tenant },
  { name: 'batch', type: 'uuid', of: (row) => row.description.batch },
  { name: 'request', type: 'text', of: (row) => row.description.ids['requestId'] ?? null },
  { name: 'digest', type: 'text', of: (row) => row.description.digest },
  { name: 'ids', type: 'jsonb', of: (row) => JSON.stringify(row.description.ids) },
  { name: 'received', type: 'timestamptz', of: (row) => timestamp(row.description.received) },
];

const position: readonly Column<UnitFact>[] = [
  { name: 'placed', type: 'text', of: (row) => row.position.order },
  { name: 'state', type: 'text', of: (row) => row.position.state },
  { name: 'stage', type: 'text', of: (row) => row.position.stage },
  { name: 'attempts', type: 'int', of: (row) => String(row.position.attempts) },
  { name: 'code', type: 'text', of: (row) => row.position.code },
  { name: 'rules', type: 'jsonb', of: (row) => JSON.stringify(row.position.rules) },
  { name: 'refs', type: 'jsonb', of: (row) => JSON.stringify(row.position.references) },
  { name: 'changed', type: 'timestamptz', of: (row) => timestamp(row.position.changed) },
  { name: 'closed', type: 'timestamptz', of: (row) => (row.position.closed === null ? null : timestamp(row.position.closed)) },
];

const strictness = (table: string) => `array_position(ARRAY[${LANES.map((lane) => `'${lane}'`).join(', ')}], ${table}.lane)`;
const STRICTER = `${strictness('excluded')} > ${strictness('unit')}`;
const EARLIER = 'excluded.described < unit.described';
const FURTHER = 'excluded.placed > unit.placed';

const choose = (condition: string, columns: readonly { readonly name: string }[]) =>
  columns.map(({ name }) => `${name} = CASE WHEN ${condition} THEN excluded.${name} ELSE unit.${name} END`);

/** The same merge as mergeUnits, with what is there already. */
export const unitTable: UpsertTarget<UnitFact> = {
  table: 'unit',
  columns: [{ name: 'id', type: 'uuid', of: (row) => row.id }, { name: 'lane', type: 'text', of: (row) => row.lane }, ...description, ...position],
  onConflict: `(id) DO UPDATE SET ${[
    ...choose(STRICTER, [{ name: 'lane' }]), ...choose(EARLIER, description), ...choose(FURTHER, position),
  ].join(', ')} WHERE ${STRICTER} OR ${EARLIER} OR ${FURTHER}`,
};

/** The same merge as mergeSteps. */
export const stepTable: UpsertTarget<StepFact> = {
  table: 'step',
  columns: [
    { name: 'unit', type: 'uuid', of: (row) => row.unit },
    { name: 'leaf', type: 'text', of: (row) => row.leaf },
    { name: 'lane', type: 'text', of: (row) => row.lane },
    { name: 'at', type: 'timestamptz', of: (row) => timestamp(row.at) },
    { name: 'part', type: 'int', of: (row) => String(row.partition) },
    { name: 'off', type: 'bigint', of: (row) => String(row.offset) },
    { name: 'stage', type: 'text', of: (row) => row.stage },
    { name: 'step', type: 'text', of: (row) => row.step },
    { name: 'code', type: 'text', of: (row) => row.code },
    { name: 'status', type: 'text', of: (row) => row.status },
    { name: 'attempt', type: 'int', of: (row) => String(row.attempt) },
    { name: 'actor', type: 'text', of: (row) => row.actor },
    { name: 'input_topic', type: 'text', of: (row) => row.input.topic },
    { name: 'input_part', type: 'int', of: (row) => String(row.input.partition) },
    { name: 'input_off', type: 'bigint', of: (row) => row.input.offset },
  ],
  onConflict: `(unit, leaf) DO UPDATE SET part = excluded.part, off = excluded.off
               WHERE (excluded.part, excluded.off) < (step.part, step.off)`,
};

/** The same merge as mergeClocks. */
export const requestTable: UpsertTarget<ClockFact> = {
  table: 'request',
  columns: [
    { name: 'id', type: 'text', of: (row) => row.clock.requestId },
    { name: 'placed', type: 'text', of: (row) => row.order },
    { name: 'tenant', type: 'text', of: (row) => row.clock.tenant },
    { name: 'jurisdiction', type: 'text', of: (row) => row.clock.jurisdiction },
    { name: 'due', type: 'text', of: (row) => row.clock.dueOn },
    { name: 'clock', type: 'jsonb', of: (row) => JSON.stringify(row.clock) },
  ],
  onConflict: `(id) DO UPDATE SET placed = excluded.placed, tenant = excluded.tenant, jurisdiction = excluded.jurisdiction,
               due = excluded.due, clock = excluded.clock WHERE excluded.placed > request.placed`,
};

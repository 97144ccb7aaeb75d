import { expect, it } from 'vitest';
import { judgeSample } from './judge-sample.js';
import type { Sample } from './sample.schema.js';
import type { StepView, UnitView } from './unit-view.js';

const SENT = Date.parse('2027-03-01T10:00:00.000Z');
const at = (ms: number) => new Date(SENT + ms).toISOString();
const sent = (over: Partial<Sample> = {}, replayed = 0) => ({
  sample: { name: 'grant-x', kind: 'grant', door: 'http', lane: 'standard', id: 'x', repeat: 1, headers: {}, file: 'x', expected: 'submitted', why: '', payload: Buffer.alloc(0), ...over } satisfies Sample,
  correlationId: 'c', sentAt: SENT, replayed,
});
let offset = 0;
const step = (ms: number, name: string, code: string, over: Partial<StepView> = {}): StepView => ({
  at: at(ms), step: name, code, attempt: 1, topic: 't', partition: 0, offset: String(offset++), ...over,
});
const unit = (timeline: StepView[], over: Partial<UnitView> = {}): UnitView => ({ state: 'submitted', attempts: 1, closedAt: at(900), timeline, ...over });

it('is open until the console knows the outcome', () => {
  expect(judgeSample(sent(), undefined)).toMatchObject({ outcome: undefined, closed: false, asExpected: false });
  const open = unit([step(100, 'completed', 'ok'), step(800, 'completed', 'submitted')], { state: 'closing', closedAt: null });
  expect(judgeSample(sent(), open)).toMatchObject({ outcome: undefined, closed: false });
});

it('is closed with the outcome of this run, and tells its time', () => {
  const done = unit([step(100, 'completed', 'ok'), step(200, 'retried', 'DOCKET_X'), step(890, 'completed', 'submitted')]);
  expect(judgeSample(sent(), done)).toMatchObject({ outcome: 'submitted', closed: true, asExpected: true, ms: 900, dropped: 0, knownBefore: false });
});

it('waits for every copy, and expects all but the first to be dropped', () => {
  const first = step(500, 'completed', 'submitted');
  expect(judgeSample(sent({ repeat: 2 }), unit([first]))).toMatchObject({ closed: false, asExpected: false });
  expect(judgeSample(sent({ repeat: 2 }), unit([first, step(300, 'duplicate', 'DOCKET_DUPLICATE')]))).toMatchObject({ closed: true, asExpected: true, dropped: 1 });
});

it('counts a step that was done again after a crash once', () => {
  const first = step(500, 'completed', 'submitted');
  expect(judgeSample(sent({ repeat: 2 }), unit([first, { ...first, at: at(700) }]))).toMatchObject({ closed: false });
});

it('knows an outcome of an earlier run, which a dropped copy leaves as it is', () => {
  const before = [step(-9000, 'completed', 'submitted')];
  expect(judgeSample(sent(), unit(before, { closedAt: at(-9000) }))).toMatchObject({ closed: false });
  const dropped = [...before, step(50, 'duplicate', 'DOCKET_DUPLICATE')];
  expect(judgeSample(sent(), unit(dropped, { closedAt: at(-9000) }))).toMatchObject({ closed: true, asExpected: true, knownBefore: true, ms: undefined });
});

it('takes an answer that was given before for a copy that was dropped', () => {
  const before = unit([step(-9000, 'completed', 'submitted')], { closedAt: at(-9000) });
  expect(judgeSample(sent({}, 1), before)).toMatchObject({ closed: true, asExpected: true, knownBefore: true, dropped: 1, ms: undefined });
});

it('waits for its own outcome where its copy was not dropped', () => {
  const timeline = [step(-9000, 'rejected', 'DOCKET_RULE'), step(50, 'rejected', 'DOCKET_RULE')];
  const expected = sent({ expected: 'rejected' });
  expect(judgeSample(expected, unit(timeline, { state: 'rejected', closedAt: at(-9000) }))).toMatchObject({ closed: false });
  expect(judgeSample(expected, unit(timeline, { state: 'rejected', closedAt: at(40) }))).toMatchObject({ closed: true, knownBefore: false });
});

it('takes a duplicate by content for an outcome of its own', () => {
  const done = unit([step(300, 'duplicate', 'DOCKET_CONTENT_DUPLICATE')], { state: 'duplicate', code: 'DOCKET_CONTENT_DUPLICATE', closedAt: at(290) });
  expect(judgeSample(sent({ expected: 'duplicate' }), done)).toMatchObject({ closed: true, asExpected: true, dropped: 0, ms: 290 });
});

it('finds a conflict on the audit log, since the first unit keeps its outcome', () => {
  const first = unit([step(100, 'completed', 'submitted')]);
  expect(judgeSample(sent({ expected: 'conflict' }), first)).toMatchObject({ outcome: undefined, closed: false, asExpected: false });
  const both = unit([...first.timeline, step(200, 'conflict', 'DOCKET_CONFLICT')]);
  expect(judgeSample(sent({ expected: 'conflict', rule: 'DOCKET_CONFLICT' }), both)).toMatchObject({ outcome: 'conflict', code: 'DOCKET_CONFLICT', closed: true, asExpected: true, ms: 200 });
  expect(judgeSample(sent(), both)).toMatchObject({ outcome: 'submitted', closed: true, asExpected: true });
});

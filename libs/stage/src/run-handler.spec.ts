import { DocketError, ManualClock } from '@docket/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { emit } from './handler-result.js';
import { HandlerRun } from './run-handler.js';
import type { HandlerContext } from './stage.js';

const DEADLINE = new DocketError('DOCKET_HANDLER_DEADLINE', 'deadline', { kind: 'retriable' });

describe('HandlerRun', () => {
  let clock: ManualClock;
  let stuck: DocketError[];
  let logged: string[];
  let run: HandlerRun;
  beforeEach(() => {
    clock = new ManualClock();
    stuck = [];
    logged = [];
    run = new HandlerRun(clock, clock.now(), (error) => stuck.push(error));
  });
  const nothing = () => undefined;
  const context = () => ({ stage: { name: 's' }, log: { info: nothing, warn: nothing, error: (msg: string) => logged.push(msg) } }) as unknown as HandlerContext;

  it('gives the result, or what a thrown error means', async () => {
    expect(await run.of(() => Promise.resolve(emit()), undefined, context())).toEqual(emit());
    expect(await run.of(() => Promise.reject(new DocketError('DOCKET_X', 'x', { kind: 'poison' })), undefined, context())).toMatchObject({ kind: 'poison', code: 'DOCKET_X' });
    expect(logged).toEqual([]);
  });

  it('takes an unknown exception for retriable, and logs it: it is a bug of ours', async () => {
    expect(await run.of(() => Promise.reject(new TypeError('x is not a function')), undefined, context())).toMatchObject({ kind: 'retriable', code: 'DOCKET_UNEXPECTED' });
    expect(logged).toEqual(['handler failed unexpectedly']);
  });

  it('counts the first reason of an abort, whatever the handler throws then', async () => {
    const handled = run.of(() => new Promise((_resolve, reject) => run.signal.addEventListener('abort', () => reject(new Error('aborted')))), undefined, context());
    run.abort(DEADLINE);
    run.abort(new DocketError('DOCKET_REVOKED', 'revoked', { kind: 'retriable' }));
    expect(await handled).toMatchObject({ kind: 'retriable', code: 'DOCKET_HANDLER_DEADLINE' });
    expect(logged).toEqual([]);
  });

  it('makes a signal that is aborted already where it is asked for later', () => {
    run.abort(DEADLINE);
    expect({ aborted: run.signal.aborted, reason: run.signal.reason as unknown }).toEqual({ aborted: true, reason: DEADLINE });
  });

  it('takes a handler for stuck five seconds after its abort, unless it has settled', async () => {
    const { promise, resolve } = Promise.withResolvers<ReturnType<typeof emit>>();
    const handled = run.of(() => promise, undefined, context());
    run.abort(DEADLINE);
    clock.advance(4_999);
    resolve(emit());
    await handled;
    clock.advance(10_000);
    expect(stuck).toEqual([]);
    const other = new HandlerRun(clock, clock.now(), (error) => stuck.push(error));
    void other.of(() => new Promise(nothing), undefined, context());
    other.abort(DEADLINE);
    clock.advance(5_000);
    expect(stuck).toMatchObject([{ code: 'DOCKET_HANDLER_STUCK', kind: 'critical' }]);
  });
});

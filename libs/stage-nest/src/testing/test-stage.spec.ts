import 'reflect-metadata';
import { DocketError, HEADER, stageSpec, type StageSpec } from '@docket/contracts';
import { emit, eventDecoder, type HandlerResult } from '@docket/stage';
import { Inject, Injectable } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { IsString } from 'class-validator';
import { afterEach, describe, expect, it } from 'vitest';
import type { RecordContext } from '../record-context.js';
import { StageController } from '../stage-controller.decorator.js';
import { strictPayload } from '../strict-payload.pipe.js';
import type { StageTest } from './stage-test.js';
import { testStage } from './test-stage.js';

@Injectable()
class Greeting {
  readonly word = 'hello';
}

class Guest {
  @IsString()
  readonly name!: string;
}

const STAGE: StageSpec = { ...stageSpec('deadlines'), name: 'greeter', input: 'guests', outputs: ['greetings'], dedupe: 'unit' };

@StageController()
class GreetGuest {
  constructor(@Inject(Greeting) private readonly greeting: Greeting) {}

  @EventPattern<string>('guests')
  handle(@Payload(strictPayload) guest: Guest, @Ctx() context: RecordContext): HandlerResult {
    const { attempt, orderKey, signal } = context.call;
    if (guest.name === 'late' && attempt === 1) throw new DocketError('DOCKET_LATE', 'not here yet', { kind: 'retriable' });
    if (guest.name === 'never') throw new Error('bug');
    if (guest.name === 'broken') throw new DocketError('DOCKET_SETTING', 'a bad setting', { kind: 'critical' });
    const value = Buffer.from(`${this.greeting.word} ${guest.name}, ${guest.constructor.name} ${attempt} ${signal.aborted}`);
    return emit([{ topic: 'greetings', key: orderKey, type: 'greeting.v1', value }], { state: 'submitted' });
  }
}

describe('testStage', () => {
  let stage: StageTest | undefined;
  afterEach(() => stage?.close());
  const open = async () => (stage = await testStage(GreetGuest, { stage: STAGE, providers: [Greeting], binding: { decode: eventDecoder } }));

  it('runs decoder, pipe and handler, and tells what is committed', async () => {
    const result = await (await open()).run({ key: 'k', payload: { name: 'Ada' } });
    expect(result).toMatchObject({
      kind: 'emit', attempts: 1, errors: [], outcome: { state: 'submitted', stage: 'greeter' }, steps: [{ step: 'completed', attempt: 1 }],
      outputs: [{ topic: 'greetings', key: 'k', value: Buffer.from('hello Ada, Guest 1 false'), headers: { [HEADER.type]: 'greeting.v1', [HEADER.source]: '/docket/greeter' } }],
    });
    expect(result.outputs).toHaveLength(1);
  });

  it('goes on with retries until the unit ends', async () => {
    const test = await open();
    expect(await test.run({ payload: { name: 'late' } })).toMatchObject({ kind: 'emit', attempts: 2, outcome: { attempts: 2 }, steps: [{ step: 'retried' }, { step: 'completed' }] });
    expect(await test.run({ payload: { name: 'never' } })).toMatchObject({
      kind: 'retriable', attempts: 3, outcome: { state: 'dead-lettered' }, outputs: [{ topic: 'greeter.dlq' }], errors: [{ code: 'DOCKET_UNEXPECTED' }],
    });
  });

  it('pitfall 19: rejects what the pipe refuses, and dead-letters what cannot be read', async () => {
    const test = await open();
    expect(await test.run({ payload: { name: 7 } })).toMatchObject({ kind: 'invalid', attempts: 1, outputs: [], outcome: { state: 'rejected' } });
    expect(await test.run({ value: '{' })).toMatchObject({ kind: 'poison', outputs: [{ topic: 'greeter.dlq', value: Buffer.from('{') }] });
    expect(await test.run({ value: null })).toMatchObject({ kind: 'poison', errors: [{ code: 'DOCKET_EVENT_EMPTY' }] });
  });

  it('knows a repeat', async () => {
    const test = await open();
    const record = { payload: { name: 'Ada' }, headers: { [HEADER.id]: 'once' } };
    await test.run(record);
    expect(await test.run(record)).toMatchObject({ kind: undefined, attempts: 0, outputs: [], outcome: undefined, steps: [{ step: 'duplicate' }] });
  });

  it('rejects with a critical error', async () => {
    await expect((await open()).run({ payload: { name: 'broken' } })).rejects.toMatchObject({ code: 'DOCKET_SETTING' });
  });

  it('says which handlers there are where none is of the stage', async () => {
    await expect(testStage(GreetGuest, { stage: { ...STAGE, input: 'other' }, providers: [Greeting] })).rejects.toThrow('no handler of other: the controller handles guests');
    await expect(testStage(GreetGuest, { providers: [Greeting] })).rejects.toThrow('no handler of any stage');
  });
});

import { HEADER, ManualClock, DocketError, stageSpec, type Outcome } from '@docket/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import type { StepRecord } from './effect.js';
import { emit, type HandlerResult } from './handler-result.js';
import type { InputRecord, OutputRecord } from './record.js';
import type { HandlerContext, StagePolicy } from './stage.js';
import { Task } from './task.js';

const POLICY: StagePolicy = {
  concurrency: 4, windowRecords: 8, windowBytes: 1_000_000, handlerDeadlineMs: 1_000, maxThrottleMs: 30_000,
  retry: { maxAttempts: 3, firstDelayMs: 100, maxDelayMs: 1_000 },
};
const NOTHING = () => undefined;

type Handle = (name: string, context: HandlerContext) => HandlerResult | Promise<HandlerResult>;

/** A task on a port that only notes down what it is told, in order. */
class Bench {
  readonly clock = new ManualClock();
  readonly log: string[] = [];
  readonly written: OutputRecord[] = [];
  readonly steps: StepRecord[] = [];
  readonly failures: Error[] = [];
  readonly task: Task;
  handle: Handle = () => emit();
  commitFails = false;
  #next = 0;

  constructor(policy: Partial<StagePolicy> = {}) {
    this.task = new Task({
      stage: {
        spec: stageSpec('executor'),
        policy: { ...POLICY, ...policy },
        decode: (record) => {
          const name = record.value?.toString() ?? '';
          if (name.startsWith('unreadable')) throw new DocketError('DOCKET_POISON_JSON', 'unreadable', { kind: 'poison' });
          return { identity: { correlationId: name, batchTraceId: 'batch', digest: 'd' }, data: name };
        },
        handle: async (data, context) => this.handle(String(data), context),
      },
      port: {
        audit: (steps) => this.#note('audit', steps.map((step) => step.step), () => this.steps.push(...steps)),
        write: (records) => this.#note('write', records.map((record) => record.topic), () => this.written.push(...records)),
        commit: (offset) => (this.commitFails ? Promise.reject(new Error('no broker')) : this.#note('commit', [String(offset)], NOTHING)),
        pause: () => this.log.push('pause'),
        resume: () => this.log.push('resume'),
      },
      clock: this.clock,
      random: () => 0,
      log: { info: NOTHING, warn: NOTHING, error: NOTHING },
      observer: { received: NOTHING, started: NOTHING, handled: NOTHING, disposed: NOTHING, deadLettered: NOTHING, ended: NOTHING },
      onFailure: (error) => this.failures.push(error),
    });
  }

  send(key: string, ...names: string[]): void {
    this.task.accept(names.map((name) => this.#record(key, name)));
  }

  outcomes(): Outcome[] {
    return this.written.filter((record) => record.topic === 'outcomes').map((record) => JSON.parse(String(record.value)) as Outcome);
  }

  /** Runs promises until nothing is left to run at this instant. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 50; turn++) await Promise.resolve();
  }

  #record(key: string, name: string): InputRecord {
    const offset = BigInt(this.#next++);
    return {
      topic: 'grants.validated', partition: 2, offset, timestamp: this.clock.now(), key: 'funder', value: Buffer.from(name),
      headers: { [HEADER.orderKey]: key, [HEADER.id]: name, [HEADER.source]: 's' },
    };
  }

  async #note(what: string, of: readonly string[], then: () => void): Promise<void> {
    await Promise.resolve();
    this.log.push(`${what} ${of.join(',')}`);
    then();
  }
}

describe('Task', () => {
  let bench: Bench;
  beforeEach(() => {
    bench = new Bench();
  });

  it('handles nothing before it is started', async () => {
    bench.send('a', '1');
    await bench.settle();
    expect(bench.log).toEqual([]);
  });

  it('has the audit acknowledged before the outputs, and the outputs before the offset', async () => {
    bench.handle = () => emit([], { state: 'submitted' });
    bench.task.start();
    bench.send('a', '1');
    await bench.settle();
    expect(bench.log).toEqual(['audit completed', 'write outcomes', 'commit 1']);
  });

  it('commits together what finished while the last commit was under way', async () => {
    bench.task.start();
    bench.send('a', '1');
    bench.send('b', '2');
    bench.send('c', '3');
    await bench.settle();
    expect(bench.log).toEqual(['audit completed', 'commit 1', 'audit completed,completed', 'commit 3']);
  });

  it('retries a failed record in place: its followers wait, other keys go on, each try is on the record', async () => {
    const seen: string[] = [];
    bench.handle = (name, { attempt }) => {
      seen.push(`${name}#${attempt}`);
      if (name === 'a1' && attempt < 3) throw new DocketError('DOCKET_FUNDER_UNAVAILABLE', 'down', { kind: 'retriable' });
      return emit();
    };
    bench.task.start();
    bench.send('a', 'a1', 'a2');
    bench.send('b', 'b1');
    await bench.settle();
    expect(seen).toEqual(['a1#1', 'b1#1']);
    bench.clock.advance(100);
    await bench.settle();
    bench.clock.advance(200);
    await bench.settle();
    expect(seen).toEqual(['a1#1', 'b1#1', 'a1#2', 'a1#3', 'a2#1']);
    expect(bench.steps.map((step) => `${step.step}#${step.attempt}`)).toEqual(['retried#1', 'completed#1', 'retried#2', 'completed#3', 'completed#1']);
    expect(bench.log.filter((line) => line.startsWith('commit'))).toEqual(['commit 1', 'commit 3']);
  });

  it('dead-letters a record whose tries are used up, with its reason, and goes on with its followers', async () => {
    bench.handle = (name) => {
      if (name === 'a1') throw new Error('bug');
      return emit();
    };
    bench.task.start();
    bench.send('a', 'a1', 'a2');
    for (let turn = 0; turn < 3; turn++) {
      await bench.settle();
      bench.clock.advance(1_000);
    }
    await bench.settle();
    const [dead] = bench.written.filter((record) => record.topic === 'executor.dlq');
    expect(dead).toMatchObject({ partition: 2, headers: { [HEADER.origin]: 'grants.validated/2/0', [HEADER.errorCode]: 'DOCKET_UNEXPECTED', [HEADER.attempt]: '3' } });
    expect(bench.outcomes()).toMatchObject([{ state: 'dead-lettered', attempts: 3 }]);
    expect(bench.log.at(-1)).toBe('commit 2');
  });

  it('dead-letters what cannot be read under the identity of its place, at once', async () => {
    bench.task.start();
    bench.send('a', 'unreadable', 'fine');
    await bench.settle();
    expect(bench.outcomes()).toMatchObject([{ state: 'dead-lettered', code: 'DOCKET_POISON_JSON', attempts: 1 }]);
    expect(bench.outcomes()[0]?.correlationId).toMatch(/^[0-9a-f-]{36}$/);
    expect(bench.log.at(-1)).toBe('commit 2');
  });

  it('keeps the place and the size of a poison record that is too large to be copied', async () => {
    bench.task.start();
    bench.send('a', `unreadable${'x'.repeat(2_000_000)}`);
    await bench.settle();
    const [dead] = bench.written.filter((record) => record.topic === 'executor.dlq');
    expect(dead).toMatchObject({ value: null, headers: { [HEADER.origin]: 'grants.validated/2/0', 'docket-value-omitted': '2000010' } });
  });

  it('waits out a throttled group without using up a try', async () => {
    let open = false;
    bench.handle = () => {
      if (!open) throw new DocketError('DOCKET_FUNDER_THROTTLED', 'slow down', { kind: 'throttled', retryAfterMs: 5_000 });
      return emit([], { state: 'submitted' });
    };
    bench.task.start();
    bench.send('a', '1');
    bench.send('b', '2');
    await bench.settle();
    open = true;
    bench.clock.advance(4_999);
    await bench.settle();
    expect(bench.outcomes()).toEqual([]);
    bench.clock.advance(1);
    await bench.settle();
    expect(bench.outcomes().map((outcome) => outcome.attempts)).toEqual([1, 1]);
  });

  it('pauses its input at the bound and resumes at half of it', async () => {
    const release: (() => void)[] = [];
    bench.handle = () => new Promise((resolve) => release.push(() => resolve(emit())));
    bench.task.start();
    for (let n = 0; n < 8; n++) bench.send(`k${n}`, String(n));
    expect(bench.log).toEqual(['pause']);
    for (let n = 0; n < 4; n++) {
      await bench.settle();
      release.shift()?.();
    }
    await bench.settle();
    expect(bench.log.filter((line) => /pause|resume/.test(line))).toEqual(['pause', 'resume']);
  });

  it('aborts a handler at its deadline and tries again only once it has settled', async () => {
    let runs = 0;
    bench.handle = (_name, { signal }) => {
      runs++;
      return runs > 1 ? emit() : new Promise((_resolve, reject) => signal.addEventListener('abort', () => setImmediate(reject, new Error('aborted'))));
    };
    bench.task.start();
    bench.send('a', '1');
    await bench.settle();
    bench.clock.advance(1_000);
    await bench.settle();
    expect(runs).toBe(1);
    await new Promise(setImmediate);
    await bench.settle();
    expect(bench.steps).toMatchObject([{ step: 'retried', code: 'DOCKET_HANDLER_DEADLINE' }]);
    bench.clock.advance(100);
    await bench.settle();
    expect(runs).toBe(2);
  });

  it('fails where a handler ignores its signal', async () => {
    bench.handle = () => new Promise(NOTHING);
    bench.task.start();
    bench.send('a', '1');
    await bench.settle();
    bench.clock.advance(6_000);
    expect(bench.failures).toMatchObject([{ code: 'DOCKET_HANDLER_STUCK', kind: 'critical' }]);
  });

  it('also where it was aborted because the task closed', async () => {
    bench.handle = () => new Promise(NOTHING);
    bench.task.start();
    bench.send('a', '1');
    await bench.settle();
    void bench.task.close();
    bench.clock.advance(5_000);
    expect(bench.failures).toMatchObject([{ code: 'DOCKET_HANDLER_STUCK' }]);
  });

  it('commits what finishes at any moment of a commit under way', async () => {
    for (let turns = 0; turns < 40; turns++) {
      bench = new Bench();
      let release: () => void = NOTHING;
      bench.handle = (name) => (name === '1' ? emit() : new Promise((resolve) => (release = () => resolve(emit()))));
      bench.task.start();
      bench.send('a', '1');
      bench.send('b', '2');
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      release();
      await bench.settle();
      expect({ turns, last: bench.log.at(-1) }).toEqual({ turns, last: 'commit 2' });
    }
  });

  it('caps how long a failing other side can make a record wait', async () => {
    bench.handle = (_name, { attempt }) => {
      if (attempt === 1) throw new DocketError('DOCKET_FUNDER_UNAVAILABLE', 'down', { kind: 'retriable', retryAfterMs: 86_400_000 });
      return emit();
    };
    bench.task.start();
    bench.send('a', '1');
    await bench.settle();
    bench.clock.advance(30_000);
    await bench.settle();
    expect(bench.log.at(-1)).toBe('commit 1');
  });

  it('lets no malformed trace context from outside into audit or outputs', async () => {
    bench.handle = () => emit([], { state: 'submitted' });
    bench.task.start();
    bench.task.accept([{ topic: 't', partition: 2, offset: 0n, timestamp: 0, key: 'k', value: Buffer.from('x'), headers: { traceparent: 'SSN 219-09-9999', tracestate: 'y' } }]);
    await bench.settle();
    expect(bench.steps[0]?.traceparent).toBe('');
    expect(JSON.stringify(bench.written.map(({ headers }) => headers))).not.toContain('219-09');
  });

  it('treats a record with oversized headers as poison', async () => {
    bench.task.start();
    bench.task.accept([{ topic: 't', partition: 2, offset: 0n, timestamp: 0, key: 'k', value: Buffer.from('x'), headers: {}, oversized: true }]);
    await bench.settle();
    expect(bench.outcomes()).toMatchObject([{ state: 'dead-lettered', code: 'DOCKET_HEADERS_TOO_LARGE' }]);
  });

  it('pauses its input where too much is done behind a record that waits', async () => {
    bench.handle = (name) => {
      if (name === 'head') throw new DocketError('DOCKET_FUNDER_UNAVAILABLE', 'down', { kind: 'retriable' });
      return emit();
    };
    bench.task.start();
    bench.send('head', 'head');
    for (let n = 0; n < 64; n++) {
      bench.send(`k${n}`, String(n));
      await bench.settle();
    }
    expect(bench.log).toContain('pause');
  });

  it('stops at a critical error: nothing is dead-lettered, nothing committed', async () => {
    bench.handle = () => {
      throw new DocketError('DOCKET_FUNDER_CREDENTIALS', 'key refused', { kind: 'critical' });
    };
    bench.task.start();
    bench.send('a', '1', '2');
    await bench.settle();
    expect(bench.failures).toMatchObject([{ code: 'DOCKET_FUNDER_CREDENTIALS' }]);
    expect(bench.log).toEqual([]);
  });

  it('fails where a commit fails, and does no more', async () => {
    bench.commitFails = true;
    bench.task.start();
    bench.send('a', '1', '2');
    await bench.settle();
    expect(bench.failures).toHaveLength(1);
    expect(bench.log.filter((line) => line.startsWith('commit'))).toEqual([]);
  });

  it('passes over records it holds already', async () => {
    const seen: string[] = [];
    bench.handle = (name) => {
      seen.push(name);
      return emit();
    };
    bench.task.start();
    bench.task.accept([{ topic: 't', partition: 2, offset: 5n, timestamp: 0, key: 'k', value: Buffer.from('x'), headers: {} }]);
    bench.task.accept([{ topic: 't', partition: 2, offset: 5n, timestamp: 0, key: 'k', value: Buffer.from('x'), headers: {} }]);
    await bench.settle();
    expect(seen).toEqual(['x']);
  });

  it('drains: finishes and commits what runs, starts nothing more', async () => {
    const release: (() => void)[] = [];
    bench.handle = () => new Promise((resolve) => release.push(() => resolve(emit())));
    bench.task.start();
    bench.send('a', '1', '2');
    await bench.settle();
    const drained = bench.task.drain();
    release[0]?.();
    await drained;
    expect(bench.log).toEqual(['audit completed', 'commit 1']);
    expect(release).toHaveLength(1);
  });

  it('aborts its handlers when closed and commits nothing of theirs', async () => {
    bench.handle = (_name, { signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(emit())));
    bench.task.start();
    bench.send('a', '1');
    await bench.settle();
    await bench.task.close();
    expect(bench.log).toEqual([]);
  });
});

import { ManualClock, stagesOf, type TopicLag } from '@docket/contracts';
import { createMetrics } from '@docket/observability';
import { describe, expect, it } from 'vitest';
import { AdmissionControl } from './admission-control.js';
import { BLIND_MS, TICK_MS } from './admission-law.js';
import { LagSignal, stagesBehind } from './lag-signal.js';

/** An intake of the standard lane whose stages are as far behind as it is told. */
class Door {
  readonly clock = new ManualClock();
  readonly metrics = createMetrics('intake', 'standard', 'test');
  readonly audit = { acks: true };
  readonly #lag = new LagSignal((stage) => `docket-${stage}`);
  readonly #all = stagesOf(['standard']);
  producer = 0;
  readonly control = new AdmissionControl({
    pipelines: [
      { kind: 'grant', targetSeconds: 20, ceiling: 100, capacity: 1_000, stages: stagesBehind('grant', 'standard', this.#all) },
      { kind: 'record', targetSeconds: 600, ceiling: 10, capacity: 100, stages: stagesBehind('record', 'standard', this.#all) },
    ],
    lag: this.#lag, audit: this.audit, producerFill: () => this.producer, clock: this.clock, metrics: this.metrics,
    log: { info: () => undefined }, random: () => 0.5,
  });

  constructor() {
    this.tell({});
    this.control.start();
  }

  /** A measurement of every stage, now. */
  tell(of: Readonly<Record<string, Partial<TopicLag>>>): void {
    for (const { name, input: topic } of this.#all) {
      const told: TopicLag = { group: `docket-${name}`, topic, records: 0, seconds: 0, drainSeconds: 0, status: 'OK', at: new Date(this.clock.now()).toISOString(), ...of[name] };
      this.#lag.apply({ value: Buffer.from(JSON.stringify(told)) });
    }
  }

  ticks(count: number, of: Readonly<Record<string, Partial<TopicLag>>> = {}): this {
    for (let tick = 0; tick < count; tick++) {
      this.clock.advance(TICK_MS - 1);
      this.tell(of);
      this.clock.advance(1);
    }
    return this;
  }

  /** How many of so many requests a second, and of records that wait, get in within a tick. */
  letIn(perSecond: number): { http: number; kafka: number } {
    let [http, kafka] = [0, 0];
    for (let ms = 0; ms < TICK_MS; ms += 10) {
      this.clock.advance(10);
      this.tell({});
      for (let n = 0; n < perSecond / 100; n++) if (this.control.refuse('grant', 1) === undefined) http++;
      if (this.control.gate('grant') === 0) kafka++;
    }
    return { http, kafka };
  }

  async gauge(name: string): Promise<string[]> {
    return (await this.metrics.text()).split('\n').filter((line) => line.startsWith(`docket_${name}{`)).map((line) => line.replace(/,?component="intake",lane="standard"/, ''));
  }
}

describe('admission', () => {
  it('is open while the stages keep up, and lets in all that comes', () => {
    const { control } = new Door().ticks(5);
    expect(control.refuse('grant', 1_000)).toBeUndefined();
    expect(control.gate('grant')).toBe(0);
  });

  it('sheds at the target, says when to come again, and holds the inbound topic', () => {
    const { control } = new Door().ticks(1, { 'validator.grants': { seconds: 25 } });
    expect(control.refuse('grant', 1)).toEqual({ reason: 'shedding', retryAfterSeconds: 20 });
    expect(control.gate('grant')).toBeGreaterThan(0);
  });

  it('judges each pipeline by itself', () => {
    const { control } = new Door().ticks(1, { 'ocr-router.standard': { seconds: 700 } });
    expect(control.refuse('grant', 1)).toBeUndefined();
    expect(control.refuse('record', 1)?.reason).toBe('shedding');
  });

  it('gives requests and records half each of what is let in, or all to the one that comes alone', () => {
    const door = new Door();
    // Shed, and calm again for ten seconds: a tenth of the ceiling, ten a second.
    door.ticks(1, { 'validator.grants': { seconds: 25 } }).ticks(3);
    door.letIn(50);
    const { http, kafka } = door.letIn(50);
    expect(http).toBeGreaterThan(20);
    expect(http).toBeLessThan(70);
    expect(Math.abs(http - kafka)).toBeLessThan(20);
  });

  it('opens the inbound topic by a quarter more each tick, from half the ceiling on, so that hours of work do not come at once', () => {
    const door = new Door();
    const drained = () => {
      let count = 0;
      for (let ms = 0; ms < TICK_MS; ms += 10) {
        door.clock.advance(10);
        door.tell({});
        for (let n = 0; n < 50; n++) if (door.control.gate('grant') === 0) count++;
      }
      return count / (TICK_MS / 1_000);
    };
    const rates = [drained(), drained(), drained(), drained()];
    for (const [tick, rate] of rates.entries()) {
      // Each has a second of the tick before in hand at most.
      expect(rate).toBeGreaterThan(50 * 1.25 ** tick * 0.8);
      expect(rate).toBeLessThan(50 * 1.25 ** (tick + 1) * 1.2);
    }
    // Requests are let in whatever the topic does.
    expect(door.control.refuse('grant', 10_000)).toBeUndefined();
  });

  it('stops at 85 % of a topic of its pipeline, of the producer, or where the audit log is silent', () => {
    const full = new Door().ticks(1, { 'validator.grants': { records: 850 } });
    expect(full.control.refuse('grant', 1)?.reason).toBe('blocked');
    expect(full.control.refuse('record', 1)).toBeUndefined();
    const buffered = new Door();
    buffered.producer = 0.9;
    expect(buffered.ticks(1).control.refuse('record', 1)?.reason).toBe('blocked');
    const silent = new Door();
    silent.audit.acks = false;
    expect(silent.ticks(1).control.refuse('grant', 1)?.reason).toBe('blocked');
  });

  it('goes by the number of what waits for funders, since one that is away holds the age of all', async () => {
    const old = new Door().ticks(1, { executor: { seconds: 900, drainSeconds: 900, records: 400 } });
    expect([old.control.refuse('grant', 1_000), old.control.refuse('grant', 1)]).toEqual([undefined, undefined]);
    const many = new Door().ticks(1, { executor: { records: 600 } });
    expect(await many.gauge('admission_signal_seconds')).toContain('docket_admission_signal_seconds{kind="grant"} 12');
    // What was left in hand goes first.
    many.control.charge('grant', 1_000);
    expect(many.control.refuse('grant', 1)?.reason).toBe('throttled');
  });

  it('stops at a full topic also where other topics are not told of, and not for good where nobody tells any more', () => {
    const door = new Door().ticks(1, { 'validator.grants': { records: 900 } });
    expect(door.control.refuse('grant', 1)?.reason).toBe('blocked');
    door.clock.advance(BLIND_MS + 3 * TICK_MS);
    expect(door.control.refuse('grant', 1_000)?.reason).not.toBe('blocked');
  });

  it('goes by the topics that are told of, however long nobody told of another', () => {
    const door = new Door();
    const stale = { records: 0, at: new Date(door.clock.now()).toISOString() };
    door.ticks(BLIND_MS / TICK_MS + 1, { executor: stale });
    door.ticks(1, { executor: stale, 'validator.grants': { records: 900 } });
    // Not before ten seconds of calm, whatever the delay.
    expect(door.control.refuse('grant', 1)).toEqual({ reason: 'blocked', retryAfterSeconds: 15 });
  });

  it('lets batches in at the rate of their units, whatever their size', () => {
    const door = new Door();
    // A tenth of the ceiling: ten a second for requests, nobody comes by the topic.
    door.ticks(1, { 'validator.grants': { seconds: 25 } }).ticks(3);
    let [units, batches] = [0, 0];
    for (let ms = 0; ms < TICK_MS - 10; ms += 10) {
      door.clock.advance(10);
      if (door.control.refuse('grant', 1) !== undefined) continue;
      door.control.charge('grant', 9);
      batches++;
      units += 10;
    }
    expect(batches).toBeGreaterThan(2);
    expect(units).toBeLessThan(10 * (TICK_MS / 1_000) + 20);
  });

  it('tells its state, its signal and the fill of each queue', async () => {
    const door = new Door().ticks(1, { 'validator.grants': { seconds: 25, records: 500 } });
    expect(await door.gauge('admission_state')).toEqual(expect.arrayContaining([
      'docket_admission_state{kind="grant",state="shedding"} 1', 'docket_admission_state{kind="record",state="open"} 1',
    ]));
    expect(await door.gauge('admission_signal_seconds')).toContain('docket_admission_signal_seconds{kind="grant"} 25');
    expect(await door.gauge('queue_fill_ratio')).toContain('docket_queue_fill_ratio{queue="grants.work-units"} 0.5');
  });

  it('ends with its process', () => {
    const door = new Door();
    door.control.stop();
    expect(door.clock.pending).toBe(0);
  });
});

import { DocketError, isDocketError, ManualClock, type WorkUnit } from '@docket/contracts';
import type { CallPort } from '@docket/stage';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FunderConnector, Receipt, RepeatCapability, SubmitRequest } from '../connectors/connector.port.js';
import { FunderError } from '../connectors/funder-error.js';
import { submitSafely } from './submit-safely.js';

const UNIT = { correlationId: 'unit' } as WorkUnit;

/** What befalls one try. `killed`: the process ends before our outcome is committed. */
const BEFALLS = ['ok', 'refused connection', 'throttled', 'refused', 'lost before', 'lost after', 'lost and late', 'killed and late', 'killed before', 'killed after', 'killed unsent', 'task fails after'] as const;
type Befalls = (typeof BEFALLS)[number];

/** A funder, and the intents of the one unit as its task keeps them: as OutsideCalls does. */
class World {
  submissions = 0;
  lookUps = 0;
  readonly clock = new ManualClock();
  #intent: number | undefined;
  #settled = false;
  /** A call that was lost and that the funder has not worked off yet. */
  #late: { readonly at: number } | undefined;
  befalls: Befalls = 'ok';
  lookUpFails = false;
  intentFails = false;

  get calls(): CallPort {
    return {
      inDoubtSince: this.#intent,
      begin: () => {
        const inDoubt = this.#intent !== undefined;
        this.#intent = this.clock.now();
        if (this.intentFails) return Promise.reject(new DocketError('DOCKET_INTENT', 'm', { kind: 'throttled' }));
        return Promise.resolve({ inDoubt });
      },
      settled: () => { this.#settled = true; },
    };
  }

  constructor(private readonly repeat: RepeatCapability) {}

  /** The transaction of the result; a process that is killed before it keeps the intent alone. */
  commit(isFinal: boolean): void {
    if (isFinal || this.#settled) this.#intent = undefined;
    this.#settled = false;
  }

  restart(): void {
    this.#settled = false;
  }

  passes(ms: number): void {
    this.clock.advance(ms);
    if (this.#late === undefined || this.#late.at > this.clock.now()) return;
    this.#late = undefined;
    this.submissions++;
  }

  get connector(): FunderConnector {
    return {
      capabilities: { repeat: this.repeat },
      submit: async ({ commence }: SubmitRequest): Promise<Receipt> => {
        if (this.befalls === 'refused connection') throw new FunderError('DOCKET_FUNDER_UNAVAILABLE', 'm', 'none', { kind: 'retriable' });
        await commence();
        const { befalls } = this;
        if (befalls === 'killed unsent' || befalls === 'killed before') throw new Killed();
        if (befalls === 'throttled') throw new FunderError('DOCKET_FUNDER_THROTTLED', 'm', 'none', { kind: 'throttled' });
        if (befalls === 'refused') throw new FunderError('DOCKET_FUNDER_REFUSED', 'm', 'none', { kind: 'invalid' });
        if (befalls === 'lost before') throw new FunderError('DOCKET_FUNDER_TIMEOUT', 'm', 'unknown', { kind: 'retriable' });
        this.passes(0);
        const replayed = this.repeat === 'idempotency-key' && (this.submissions > 0 || this.#late !== undefined);
        if (befalls.endsWith('and late') && !replayed) {
          // The last moment: sent as late as is allowed, and committed after twice the deadline.
          this.#late = { at: this.clock.now() + 10_999 };
          throw befalls.startsWith('killed') ? new Killed() : new FunderError('DOCKET_FUNDER_TIMEOUT', 'm', 'unknown', { kind: 'retriable' });
        }
        if (!replayed) this.submissions++;
        if (befalls === 'killed after') throw new Killed();
        if (befalls === 'lost after') throw new FunderError('DOCKET_FUNDER_UNAVAILABLE', 'm', 'unknown', { kind: 'retriable' });
        return { receiptId: 'r', replayed };
      },
      lookUp: () => {
        this.lookUps++;
        this.passes(0);
        if (this.lookUpFails) return Promise.reject(new FunderError('DOCKET_FUNDER_UNAVAILABLE', 'm', 'none', { kind: 'retriable' }));
        return Promise.resolve(this.submissions > 0 ? { receiptId: 'r', replayed: true } : undefined);
      },
      close: () => Promise.resolve(),
    };
  }
}
class Killed extends Error {}

type Ending = 'submitted' | 'in-doubt' | 'rejected' | 'dead' | 'going on';

/** One try, and what the task makes of it. */
async function attempt(world: World, { lastTry = false, putBackAt }: { readonly lastTry?: boolean; readonly putBackAt?: number } = {}): Promise<Ending> {
  try {
    await submitSafely({
      funder: 'f', connector: world.connector, unit: UNIT, reference: 'unit', signal: new AbortController().signal, deadlineMs: 5_000,
      calls: world.calls, clock: world.clock, putBackAt, lastTry,
    });
    if (world.befalls === 'task fails after') {
      world.restart();
      return 'going on';
    }
    world.commit(true);
    return 'submitted';
  } catch (error) {
    if (error instanceof Killed || !isDocketError(error)) {
      world.restart();
      return 'going on';
    }
    if (error.code === 'DOCKET_IN_DOUBT') {
      // Its cause may be a death of the process that only looks like an error here.
      if (error.cause instanceof Killed) {
        world.restart();
        return 'going on';
      }
      world.commit(true);
      return 'in-doubt';
    }
    const isFinal = error.kind === 'invalid' || (lastTry && error.kind === 'retriable');
    world.commit(isFinal);
    return error.kind === 'invalid' ? 'rejected' : isFinal ? 'dead' : 'going on';
  }
}

/** Whatever befalls the calls of a unit, it is submitted at most once, and what its outcome says is true. */
describe('submitSafely', () => {
  it.each(['idempotency-key', 'look-up', 'none'] as const)('%s: at most one submission, and a true outcome', async (repeat) => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.constantFrom(...BEFALLS), fc.boolean(), fc.constantFrom(0, 1_000, 5_000, 10_998, 60_000)), { minLength: 1, maxLength: 8 }), async (tries) => {
        const world = new World(repeat);
        let ending: Ending = 'going on';
        for (const [at, [befalls, lookUpFails, laterMs]] of tries.entries()) {
          world.passes(laterMs);
          Object.assign(world, { befalls, lookUpFails });
          ending = await attempt(world, { lastTry: at === tries.length - 1 });
          expect(world.submissions).toBeLessThanOrEqual(1);
          if (ending !== 'going on') break;
        }
        world.passes(60_000);
        expect(world.submissions).toBeLessThanOrEqual(1);
        if (ending === 'submitted') expect(world.submissions).toBe(1);
        // A refusal after a submission that nobody knew of would be a lie: with a key the funder replays instead of refusing.
        if (ending === 'rejected' && repeat !== 'idempotency-key') expect(world.submissions).toBe(0);
        // Dead, and yet there: a keyed funder may have it from a try before the last one.
        if (ending === 'dead' && repeat !== 'idempotency-key') expect(world.submissions).toBe(0);
        if (repeat === 'idempotency-key') expect(world.lookUps).toBe(0);
      }),
      { numRuns: 500 },
    );
  });

  it('with a key, a last try without a known end leaves the grant in doubt, and no call is made after one of a time without keys', async () => {
    for (const befalls of ['lost before', 'lost after'] as const) {
      const world = new World('idempotency-key');
      world.befalls = befalls;
      expect([await attempt(world), await attempt(world, { lastTry: true })]).toEqual(['going on', 'in-doubt']);
    }
    const world = new World('idempotency-key');
    await world.calls.begin({ deadlineMs: 1 });
    expect([await attempt(world), world.submissions]).toEqual(['in-doubt', 0]);
    expect([await attempt(world), world.submissions]).toEqual(['submitted', 1]);
  });

  it('with neither key nor look-up, a call that may have taken effect is the last one', async () => {
    for (const befalls of ['lost before', 'lost after'] as const) {
      const world = new World('none');
      world.befalls = befalls;
      expect(await attempt(world)).toBe('in-doubt');
    }
    const world = new World('none');
    world.befalls = 'killed after';
    expect(await attempt(world)).toBe('going on');
    world.befalls = 'ok';
    expect([await attempt(world), world.submissions]).toEqual(['in-doubt', 1]);
    // Released by a person who knows that the funder does not have it.
    world.submissions = 0;
    expect([await attempt(world, { putBackAt: world.clock.now() }), world.submissions]).toEqual(['submitted', 1]);
  });

  it('with a look-up, the funder is asked before each call that follows one in doubt, and of each unit that was put back', async () => {
    const world = new World('look-up');
    world.befalls = 'lost after';
    expect([await attempt(world), world.lookUps]).toEqual(['going on', 0]);
    world.lookUpFails = true;
    expect([await attempt(world), world.lookUps]).toEqual(['going on', 1]);
    expect([await attempt(world, { lastTry: true }), world.lookUps]).toEqual(['in-doubt', 2]);
    world.lookUpFails = false;
    world.befalls = 'ok';
    expect([await attempt(world, { putBackAt: world.clock.now() }), world.lookUps, world.submissions]).toEqual(['submitted', 3, 1]);
  });

  it('with a look-up, one that is released while its call may still take effect waits for that', async () => {
    const world = new World('look-up');
    world.befalls = 'lost and late';
    expect(await attempt(world, { lastTry: true })).toBe('in-doubt');
    world.befalls = 'ok';
    const putBackAt = world.clock.now();
    expect([await attempt(world, { putBackAt }), world.submissions]).toEqual(['going on', 0]);
    world.passes(11_000);
    expect([await attempt(world, { putBackAt }), world.submissions]).toEqual(['submitted', 1]);
  });

  it.each(['look-up', 'none'] as const)('%s: an intent that could not be written leaves nothing in doubt', async (repeat) => {
    const world = new World(repeat);
    world.intentFails = true;
    expect(await attempt(world)).toBe('going on');
    world.intentFails = false;
    expect([await attempt(world), world.submissions, world.lookUps]).toEqual(['submitted', 1, 0]);
  });

  it('with a key, what fails before the call that counts is a failure, also on the last try', async () => {
    const world = new World('idempotency-key');
    world.befalls = 'refused connection';
    expect(await attempt(world, { lastTry: true })).toBe('dead');
  });

  it.each([
    ['the funder throttles', new FunderError('DOCKET_FUNDER_THROTTLED', 'm', 'none', { kind: 'throttled' }), undefined, 'DOCKET_FUNDER_THROTTLED'],
    ['its key is not accepted', new FunderError('DOCKET_FUNDER_CREDENTIALS', 'm', 'none', { kind: 'throttled' }), undefined, 'DOCKET_FUNDER_CREDENTIALS'],
    ['there is no lease', new DocketError('DOCKET_LEASE', 'm', { kind: 'throttled' }), undefined, 'DOCKET_LEASE'],
    ['a hand-over stops it', new FunderError('DOCKET_FUNDER_STOPPED', 'm', 'unknown', { kind: 'retriable' }), 'DOCKET_REVOKED', 'DOCKET_FUNDER_STOPPED'],
    ['its time is over', new FunderError('DOCKET_FUNDER_STOPPED', 'm', 'unknown', { kind: 'retriable' }), 'DOCKET_HANDLER_DEADLINE', 'DOCKET_IN_DOUBT'],
    ['the funder is out', new FunderError('DOCKET_FUNDER_UNAVAILABLE', 'm', 'unknown', { kind: 'retriable' }), undefined, 'DOCKET_IN_DOUBT'],
  ] as const)('with a look-up, on the last try, where %s: in doubt only if that used up the try', async (_what, failure, aborted, code) => {
    for (const failing of ['look-up', 'submit'] as const) {
      const stop = new AbortController();
      const fail = () => {
        if (aborted) stop.abort(new DocketError(aborted, 'm', { kind: 'retriable' }));
        return Promise.reject(failure);
      };
      const submitted = submitSafely({
        funder: 'f', unit: UNIT, reference: 'unit', signal: stop.signal, deadlineMs: 5_000, clock: new ManualClock(), putBackAt: undefined, lastTry: true,
        calls: { inDoubtSince: -60_000, begin: () => Promise.resolve({ inDoubt: true }), settled: () => undefined },
        connector: {
          capabilities: { repeat: 'look-up' }, close: () => Promise.resolve(),
          lookUp: () => (failing === 'look-up' ? fail() : Promise.resolve(undefined)), submit: fail,
        },
      });
      await expect(submitted).rejects.toMatchObject({ code });
    }
  });

  it('asks for a lease that covers the call and the time to send it, fenced where nothing tells a repeat', async () => {
    for (const [repeat, fenced] of [['look-up', false], ['none', true]] as const) {
      const asked: object[] = [];
      let sendBy = 0;
      const clock = new ManualClock();
      await submitSafely({
        funder: 'f', unit: UNIT, reference: 'unit', signal: new AbortController().signal, deadlineMs: 5_000, clock, putBackAt: undefined, lastTry: false,
        calls: { inDoubtSince: undefined, begin: (options) => (asked.push(options), Promise.resolve({ inDoubt: false })), settled: () => undefined },
        connector: {
          capabilities: { repeat }, close: () => Promise.resolve(),
          submit: async ({ commence }) => ({ receiptId: `${(sendBy = await commence())}`, replayed: false }),
        },
      });
      expect(asked).toEqual([{ deadlineMs: 6_000, fenced }]);
      expect(sendBy).toBe(clock.now() + 1_000);
    }
  });

  it('makes no call without a lease', async () => {
    const world = new World('none');
    const lease = new DocketError('DOCKET_LEASE', 'm', { kind: 'throttled' });
    await expect(submitSafely({
      funder: 'f', connector: world.connector, unit: UNIT, reference: 'unit', signal: new AbortController().signal, deadlineMs: 5_000, clock: new ManualClock(), putBackAt: undefined, lastTry: true,
      calls: { inDoubtSince: undefined, begin: () => Promise.reject(lease), settled: () => undefined },
    })).rejects.toBe(lease);
    expect(world.submissions).toBe(0);
  });
});

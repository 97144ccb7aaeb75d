import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Funder } from '../funders/funder.js';
import { funderSchema, type FunderInput } from '../funders/funder-file.schema.js';
import type { JournalLine } from '../journal/entry.js';
import type { JournalPort } from '../journal/journal.js';
import { Records } from '../journal/records.js';
import { Refusal } from '../refusal.js';
import type { Answer } from './answer.js';
import { AnswerCall } from './answer-call.js';
import { formCommand, startCommand, submitCommand, webhookCommand, type Command } from './command.js';

const COMPETITION = '3c9e1f7e-2b6a-4f0e-9a53-4a8f1d6b7c21';
const FORM = '9d4b7a10-5c1e-4b52-8f57-0e6a2c9d1f33';
const KEY = 'key-of-the-spec';
const clock = { now: () => Date.UTC(2026, 10, 2), schedule: (_ms: number, fn: () => void) => (fn(), () => undefined) };

type Step = (command: () => Command, idempotencyKey?: string) => Promise<Answer>;

function simulator(journal: JournalPort, overrides: Partial<FunderInput> = {}, maxEntries = 1000) {
  const spec = funderSchema.parse({ id: 'funder-a', apiKey: KEY, ...overrides });
  const records = new Records();
  const funder = new Funder({ spec, apiKey: KEY }, clock);
  const calls = new AnswerCall({ funders: new Map([[spec.id, funder]]), records, journal, clock, maxEntries });
  const call: Step = (command, idempotencyKey) => calls.answer({ funderId: 'funder-a', apiKey: KEY, idempotencyKey, step: command().step, command });
  return { calls, call, records, funder };
}

const memory = (): JournalPort => ({ append: () => Promise.resolve() });
const start = (title = 'A grant') => () => startCommand({ competitionId: COMPETITION, title });
const form = (id: string, grantId = 'GR-1') => () => formCommand(id, FORM, { grantId });
const submit = (id: string) => () => submitCommand(id, undefined);
const webhook = (reference: string) => () => webhookCommand({ reference, grant: { grantId: `GR-${reference}` } });
const dataOf = (answer: Answer) => answer.body['data'] as Readonly<Record<string, unknown>>;
const applicationOf = (answer: Answer) => String(dataOf(answer)['id']);

async function refusal(promise: Promise<unknown>): Promise<Refusal> {
  return promise.then(
    () => { throw new Error('was accepted'); },
    (error: unknown) => {
      if (error instanceof Refusal) return error;
      throw error;
    },
  );
}

async function lookUpAfter<T>(posted: Promise<unknown>, lookUp: () => Promise<T>): Promise<T> {
  await posted;
  return lookUp();
}

describe('AnswerCall', () => {
  it('makes one submission of a unit under any interleaving of repeats', async () => {
    const client = fc.record({ unit: fc.nat({ max: 2 }), repeats: fc.array(fc.constantFrom('start', 'form', 'submit'), { maxLength: 4 }) });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(client, { minLength: 2, maxLength: 6 }), async (scheduler, clients) => {
        const entries: JournalLine[] = [];
        const { call, records } = simulator({ append: (entry) => scheduler.schedule(Promise.resolve(entry)).then((e) => void entries.push(e)) });
        // A caller that meets its own call in flight comes again, as a stage's retry does.
        const persistent: Step = async (command, key) => {
          for (;;) {
            try {
              return await call(command, key);
            } catch (error) {
              if (!(error instanceof Refusal) || error.status !== 409) throw error;
              await scheduler.schedule(Promise.resolve());
            }
          }
        };
        const receipts = new Map<number, Set<string>>();
        const runs = clients.map(async ({ unit, repeats }) => {
          const id = applicationOf(await persistent(start(`grant ${unit}`), `${unit}.start`));
          await persistent(form(id, `GR-${unit}`), `${unit}.form`);
          const steps = { start: start(`grant ${unit}`), form: form(id, `GR-${unit}`), submit: submit(id) };
          for (const step of [...repeats, 'submit'] as const) {
            const answer = await persistent(steps[step], `${unit}.${step}`);
            if (step === 'submit') receipts.set(unit, (receipts.get(unit) ?? new Set()).add(String(dataOf(answer)['receiptId'])));
          }
        });
        await scheduler.waitFor(Promise.all(runs));

        const units = new Set(clients.map(({ unit }) => unit));
        expect(records.submissions()).toHaveLength(units.size);
        expect(new Set(records.submissions().map(({ grantId }) => grantId)).size).toBe(units.size);
        expect([...receipts.values()].every((set) => set.size === 1)).toBe(true);
        expect(entries).toHaveLength(3 * units.size);
      }),
      { numRuns: 200 },
    );
  });

  it('gives the first answer to a repeat and counts it', async () => {
    const { call, records, funder } = simulator(memory());
    const first = await call(start(), 'k.start');
    const again = await call(start(), 'k.start');
    expect(again).toEqual({ ...first, replayed: true });
    const id = applicationOf(first);
    await call(form(id), 'k.form');
    await call(submit(id), 'k.submit');
    await call(submit(id), 'k.submit');
    expect(records.submissions()).toMatchObject([{ idempotencyKey: 'k.submit', grantId: 'GR-1', repeats: 1 }]);
    expect(funder.counts.replayed).toBe(2);
  });

  it('refuses a key used for something else with 422, also while the first call is in flight', async () => {
    let release = (): void => undefined;
    const { call } = simulator({ append: () => new Promise((resolve) => (release = resolve)) });
    const first = call(start('one'), 'k');
    expect((await refusal(call(start('two'), 'k'))).status).toBe(422);
    expect((await refusal(call(start('one'), 'k'))).status).toBe(409);
    release();
    await first;
    expect((await refusal(call(start('two'), 'k'))).status).toBe(422);
  });

  it('submits an application once, also without a key and side by side', async () => {
    const { call, records } = simulator(memory());
    const id = applicationOf(await call(start()));
    expect((await refusal(call(submit(id)))).status).toBe(400);
    await call(form(id));
    const results = await Promise.allSettled([call(submit(id)), call(submit(id)), call(submit(id), 'other')]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await refusal(call(submit(id), 'third'))).status).toBe(400);
    expect(records.submissions()).toHaveLength(1);
  });

  it('remembers nothing of a call that the journal did not take', async () => {
    let broken = true;
    const { call, records } = simulator({ append: () => (broken ? Promise.reject(new Error('disk')) : Promise.resolve()) });
    await expect(call(start(), 'k')).rejects.toThrow('disk');
    broken = false;
    expect((await call(start(), 'k')).replayed).toBe(false);
    expect(records.size).toBe(1);
  });

  it('keeps to its bound', async () => {
    const { call, funder } = simulator(memory(), {}, 2);
    await call(start(), 'a');
    await call(start(), 'b');
    expect((await refusal(call(start(), 'c'))).status).toBe(507);
    expect((await call(start(), 'b')).replayed).toBe(true);
    expect(funder.counts.unavailable).toBe(1);
  });

  it('loses the answer but not the submission', async () => {
    const { call, records } = simulator(memory(), { faults: [{ kind: 'lose-answer', every: 1 }] });
    const id = applicationOf(await call(start(), 'k.start'));
    await call(form(id), 'k.form');
    expect((await call(submit(id), 'k.submit')).lost).toBe('close');
    expect(await call(submit(id), 'k.submit')).toMatchObject({ lost: undefined, replayed: true });
    expect(records.submissions()).toHaveLength(1);
  });

  it('refuses strangers, wrong keys, bad idempotency keys and foreign applications', async () => {
    const { calls, call } = simulator(memory());
    const base = { idempotencyKey: undefined, step: 'start' as const, command: start() };
    expect((await refusal(calls.answer({ ...base, funderId: 'nobody', apiKey: KEY }))).status).toBe(404);
    expect((await refusal(calls.answer({ ...base, funderId: 'funder-a', apiKey: undefined }))).status).toBe(401);
    expect((await refusal(calls.answer({ ...base, funderId: 'funder-a', apiKey: 'another' }))).status).toBe(401);
    expect((await refusal(call(start(), 'has a space'))).status).toBe(400);
    expect((await refusal(call(form('00000000-0000-4000-8000-000000000000')))).status).toBe(404);
  });

  it('tells funders that recognise a repeat from those that do not', async () => {
    const repeat = fc.constantFrom('idempotency-key' as const, 'look-up' as const, 'none' as const);
    const sent = fc.array(fc.record({ reference: fc.constantFrom('r-1', 'r-2'), keyed: fc.boolean() }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(repeat, sent, async (how, posts) => {
        const { calls, call, records } = simulator(memory(), { repeat: how });
        const accepted = posts.map(({ reference, keyed }) => call(webhook(reference), keyed ? reference : undefined));
        // At once: a call with the key of one in flight is told to come again.
        await Promise.allSettled(accepted);
        for (const { reference, keyed } of posts) if (keyed) await call(webhook(reference), reference);
        const keyed = new Set(posts.filter((post) => post.keyed).map(({ reference }) => reference)).size;
        const unkeyed = posts.filter((post) => !post.keyed).length;
        const expected = how === 'idempotency-key' ? keyed + unkeyed : 2 * (posts.length - unkeyed) + unkeyed;
        expect(records.submissions()).toHaveLength(expected);
        const tally = records.grants('funder-a');
        expect(tally.reduce((sum, { submissions }) => sum + submissions, 0)).toBe(expected);
        expect(tally).toHaveLength(new Set(posts.map(({ reference }) => reference)).size);
        for (const { reference } of posts) {
          const found = calls.lookUp({ funderId: 'funder-a', apiKey: KEY }, reference);
          if (how !== 'look-up') expect((await refusal(found)).status).toBe(405);
          else expect(await found).toEqual({ receiptId: records.submissions().find((submission) => submission.reference === reference)?.receiptId });
        }
      }),
    );
  });

  it('a look-up says neither yes nor no while a submission of the reference is in flight', async () => {
    let release = (): void => undefined;
    const { calls, call } = simulator({ append: () => new Promise((resolve) => (release = resolve)) }, { repeat: 'look-up' });
    const lookUp = () => calls.lookUp({ funderId: 'funder-a', apiKey: KEY }, 'r-1');
    expect((await refusal(lookUp())).status).toBe(404);
    const posted = call(webhook('r-1'));
    expect((await refusal(lookUp())).status).toBe(409);
    release();
    expect(await lookUpAfter(posted, lookUp)).toEqual((await posted).body);
  });

  it('a funder that takes no keys starts a second application for the same grant, and it shows', async () => {
    const { call, records } = simulator(memory(), { repeat: 'none' });
    for (let time = 0; time < 2; time += 1) {
      const id = applicationOf(await call(start(), 'k.start'));
      await call(form(id), 'k.form');
      expect((await call(submit(id), 'k.submit')).replayed).toBe(false);
    }
    expect(records.grants('funder-a')).toEqual([{ grantId: 'GR-1', reference: null, submissions: 2, calls: 2 }]);
  });
});

import { isDocketError, type Clock } from '@docket/contracts';
import type { Funder } from '../funders/funder.js';
import type { JournalPort } from '../journal/journal.js';
import type { Records } from '../journal/records.js';
import { Disconnection, Refusal } from '../refusal.js';
import { answerTo, type Answer } from './answer.js';
import { fingerprintOf, lookUpReference, type Command } from './command.js';
import { decide } from './decide.js';
import { InFlight } from './in-flight.js';

/** Who calls which funder. */
export interface Caller {
  readonly funderId: string;
  readonly apiKey: string | undefined;
}

/** One call as it came in. */
export interface Call extends Caller {
  readonly step: Command['step'];
  readonly idempotencyKey: string | undefined;
  /** Checks the form of what is asked; throws a Refusal 400. Run only for a caller that the funder knows. */
  readonly command: () => Command;
}

export interface AnswerCallOptions {
  readonly funders: ReadonlyMap<string, Funder>;
  readonly records: Records;
  readonly journal: JournalPort;
  readonly clock: Clock;
  readonly maxEntries: number;
}

/**
 * Answers calls to the simulated funders. Guarantees: an accepted call is on disk before its answer; calls with the
 * same Idempotency-Key take effect once, whatever their order and number, and all are told the first answer.
 * Only accepted calls are remembered: one that was refused may be made again.
 */
export class AnswerCall {
  readonly #options: AnswerCallOptions;
  readonly #inFlight = new InFlight();

  constructor(options: AnswerCallOptions) {
    this.#options = options;
  }

  /** Throws a Refusal where the funder does not accept the call, a Disconnection where it does not answer. */
  answer(call: Call): Promise<Answer> {
    return this.#counted(call, (funder) => this.#answer(funder, call));
  }

  /**
   * The receipt of the first webhook submission of a reference. Throws a Refusal: 404 where there is none, 409 while one
   * is in flight, 405 where the funder answers no look-ups; or a Disconnection.
   */
  lookUp(caller: Caller, reference: string): Promise<{ receiptId: string }> {
    return this.#counted(caller, async (funder) => {
      funder.arrive('look-up');
      if (funder.repeat !== 'look-up') throw new Refusal(405, 'this funder answers no look-ups');
      const asked = lookUpReference(reference);
      funder.admit('look-up');
      await funder.work('look-up');
      const found = this.#options.records.byReference(funder.id, asked);
      if (!found && this.#inFlight.counts(referenceName(funder, asked))) throw new Refusal(409, 'a submission of this reference is in flight: ask later');
      if (!found) throw new Refusal(404, 'no submission of this reference');
      return { receiptId: found.receiptId };
    });
  }

  async #counted<T>({ funderId, apiKey }: Caller, run: (funder: Funder) => Promise<T>): Promise<T> {
    const funder = this.#options.funders.get(funderId);
    if (!funder) throw new Refusal(404, 'no such funder');
    if (apiKey === undefined || !funder.knows(apiKey)) throw new Refusal(401, 'the X-API-Key header is missing or wrong');
    try {
      return await run(funder);
    } catch (error) {
      const refusal = isDocketError(error) && error.code === 'DOCKET_JOURNAL' ? new Refusal(503, error.message) : error;
      if (refusal instanceof Refusal && refusal.status === 429) funder.counts.throttled += 1;
      if (refusal instanceof Refusal && refusal.status >= 500) funder.counts.unavailable += 1;
      if (refusal instanceof Disconnection) funder.counts.cut += 1;
      throw refusal;
    }
  }

  async #answer(funder: Funder, call: Call): Promise<Answer> {
    funder.arrive(call.step);
    const command = call.command();
    const fingerprint = fingerprintOf(command);
    const key = funder.repeat === 'idempotency-key' ? checkedKey(call.idempotencyKey) : null;
    const replay = key === null ? undefined : this.#replay(funder, key, fingerprint);
    return replay ?? (await this.#accept(funder, command, key, fingerprint));
  }

  #replay(funder: Funder, key: string, fingerprint: string): Answer | undefined {
    const { records } = this.#options;
    const entry = records.byKey(funder.id, key);
    const earlier = entry?.fingerprint ?? this.#inFlight.fingerprint(keyName(funder, key));
    if (earlier !== undefined && earlier !== fingerprint) {
      const message = 'was used before with another body';
      throw new Refusal(422, `the Idempotency-Key ${message}`, { errors: [{ field: 'Idempotency-Key', message }] });
    }
    if (!entry) return undefined;
    funder.counts.replayed += 1;
    records.countRepeat(entry);
    return answerTo(entry, { replayed: true, lost: undefined });
  }

  async #accept(funder: Funder, command: Command, key: string | null, fingerprint: string): Promise<Answer> {
    const { records, journal, clock, maxEntries } = this.#options;
    const applicationId = 'applicationId' in command ? command.applicationId : undefined;
    const names = [...(key === null ? [] : [keyName(funder, key)]), ...(applicationId === undefined ? [] : [`application ${applicationId}`])];
    const noted = command.step === 'webhook' ? [referenceName(funder, command.reference)] : [];
    const letGo = this.#inFlight.hold({ names, noted, fingerprint });
    try {
      if (records.size + this.#inFlight.calls > maxEntries) {
        throw new Refusal(507, 'the simulator is full: raise DOCKET_MAX_ENTRIES, reset a funder, or start with an empty DOCKET_JOURNAL_FILE');
      }
      funder.admit(command.step);
      await funder.work(command.step);
      const facts = { v: 1 as const, at: new Date(clock.now()).toISOString(), funder: funder.id, key, fingerprint };
      const application = applicationId === undefined ? undefined : records.application(funder.id, applicationId);
      const entry = decide(command, facts, application);
      await journal.append(entry);
      records.apply(entry);
      const lost = funder.loses(entry.step);
      if (lost) funder.counts.cut += 1;
      return answerTo(entry, { replayed: false, lost });
    } finally {
      letGo();
    }
  }
}

function referenceName(funder: Funder, reference: string): string {
  return `reference ${funder.id} ${reference}`;
}

function keyName(funder: Funder, key: string): string {
  return `key ${funder.id} ${key}`;
}

function checkedKey(key: string | undefined): string | null {
  if (key === undefined) return null;
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new Refusal(400, 'bad Idempotency-Key', { errors: [{ field: 'Idempotency-Key', message: '1 to 255 visible ASCII characters' }] });
  }
  return key;
}

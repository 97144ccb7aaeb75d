import { isDocketError, type Clock } from '@docket/contracts';
import type { Funder } from '../funders/funder.js';
import type { JournalPort } from '../journal/journal.js';
import type { Records } from '../journal/records.js';
import { Refusal } from '../refusal.js';
import { answerTo, type Answer } from './answer.js';
import { fingerprintOf, type Command } from './command.js';
import { decide } from './decide.js';
import { InFlight } from './in-flight.js';

/** One call as it came in. */
export interface Call {
  readonly funderId: string;
  readonly apiKey: string | undefined;
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

  /** Throws a Refusal where the funder does not accept the call. */
  async answer(call: Call): Promise<Answer> {
    const funder = this.#options.funders.get(call.funderId);
    if (!funder) throw new Refusal(404, 'no such funder');
    if (call.apiKey === undefined || !funder.knows(call.apiKey)) throw new Refusal(401, 'the X-API-Key header is missing or wrong');
    try {
      return await this.#answer(funder, call);
    } catch (error) {
      const refusal = isDocketError(error) && error.code === 'DOCKET_JOURNAL' ? new Refusal(503, error.message) : error;
      if (refusal instanceof Refusal && refusal.status === 429) funder.throttled += 1;
      if (refusal instanceof Refusal && refusal.status >= 500) funder.unavailable += 1;
      throw refusal;
    }
  }

  async #answer(funder: Funder, call: Call): Promise<Answer> {
    funder.arrive();
    const command = call.command();
    const fingerprint = fingerprintOf(command);
    const key = checkedKey(call.idempotencyKey);
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
    funder.replayed += 1;
    records.countRepeat(entry);
    return answerTo(entry, { replayed: true, lost: false });
  }

  async #accept(funder: Funder, command: Command, key: string | null, fingerprint: string): Promise<Answer> {
    const { records, journal, clock, maxEntries } = this.#options;
    const applicationId = command.step === 'start' ? undefined : command.applicationId;
    const names = [...(key === null ? [] : [keyName(funder, key)]), ...(applicationId === undefined ? [] : [`application ${applicationId}`])];
    const letGo = this.#inFlight.hold(names, fingerprint);
    try {
      if (records.size + this.#inFlight.calls > maxEntries) {
        throw new Refusal(507, 'the simulator is full: raise DOCKET_MAX_ENTRIES or start with an empty DOCKET_JOURNAL_FILE');
      }
      funder.admit(command);
      await funder.work();
      const facts = { v: 1 as const, at: new Date(clock.now()).toISOString(), funder: funder.id, key, fingerprint };
      const application = applicationId === undefined ? undefined : records.application(funder.id, applicationId);
      const entry = decide(command, facts, application);
      await journal.append(entry);
      records.apply(entry);
      return answerTo(entry, { replayed: false, lost: funder.loses(entry) });
    } finally {
      letGo();
    }
  }
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

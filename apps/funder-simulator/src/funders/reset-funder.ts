import type { Clock } from '@docket/contracts';
import type { JournalPort } from '../journal/journal.js';
import type { Records } from '../journal/records.js';
import type { Funder } from './funder.js';

/** Brings a funder back to its beginning: submissions forgotten, counts at 0, the file's faults and script as at the start. */
export class ResetFunder {
  readonly #records: Records;
  readonly #journal: JournalPort;
  readonly #clock: Clock;

  constructor(records: Records, journal: JournalPort, clock: Clock) {
    this.#records = records;
    this.#journal = journal;
    this.#clock = clock;
  }

  /** Calls in flight meanwhile may count as later. Rejects with DOCKET_JOURNAL where it may not survive a restart. */
  async reset(funder: Funder): Promise<void> {
    await this.#journal.append({ v: 1, at: new Date(this.#clock.now()).toISOString(), funder: funder.id, step: 'reset' });
    this.#records.forget(funder.id);
    funder.reset();
  }
}

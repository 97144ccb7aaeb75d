import type { Entry } from './entry.js';
import { GrantTally, type GrantCount } from './grant-tally.js';

export interface Application {
  readonly funder: string;
  /** From the form's `grantId`; null until a form told it. */
  grantId: string | null;
  formed: boolean;
  submitted: boolean;
}

export interface Submission {
  readonly funder: string;
  readonly idempotencyKey: string | null;
  /** Null where it came by webhook. */
  readonly applicationId: string | null;
  /** The webhook's reference; null where it came by an application. */
  readonly reference: string | null;
  readonly receiptId: string;
  readonly receivedAt: string;
  readonly grantId: string | null;
  /** How often the same call came again since the process started. */
  repeats: number;
}

/** Everything that the funders accepted: what the journal's entries come to, in memory. */
export class Records {
  readonly #funders = new Map<string, FunderRecords>();
  #size = 0;
  #accepted = 0;

  /** Entries taken in and not forgotten. */
  get size(): number {
    return this.#size;
  }

  /** Takes in an entry that is on disk. */
  apply(entry: Entry): void {
    this.#size += 1;
    const records = this.#funders.get(entry.funder) ?? new FunderRecords();
    this.#funders.set(entry.funder, records);
    records.apply(entry, this.#accepted++);
  }

  /** Forgets all that a funder accepted. */
  forget(funder: string): void {
    this.#size -= this.#funders.get(funder)?.size ?? 0;
    this.#funders.delete(funder);
  }

  /** The call that a funder accepted under an Idempotency-Key. */
  byKey(funder: string, key: string): Entry | undefined {
    return this.#funders.get(funder)?.byKey.get(key);
  }

  /** The first webhook submission of a reference. */
  byReference(funder: string, reference: string): Readonly<Submission> | undefined {
    return this.#funders.get(funder)?.byReference.get(reference);
  }

  /** Undefined also where the application is another funder's. */
  application(funder: string, applicationId: string): Readonly<Application> | undefined {
    return this.#funders.get(funder)?.applications.get(applicationId);
  }

  countRepeat(entry: Entry): void {
    this.#funders.get(entry.funder)?.countRepeat(entry);
  }

  /** How many submissions a funder has. */
  count(funder: string): number {
    return this.#funders.get(funder)?.submissions.length ?? 0;
  }

  /** In the order in which they were accepted; of one funder, or of all. */
  submissions(funder?: string): Readonly<Submission>[] {
    const chosen = funder === undefined ? [...this.#funders.values()] : [this.#funders.get(funder)].filter((records) => records !== undefined);
    const ranked = chosen.flatMap(({ submissions }) => submissions);
    if (chosen.length > 1) ranked.sort((a, b) => a.rank - b.rank);
    return ranked.map(({ submission }) => submission);
  }

  /** What became of each grant of a funder, in the order in which they first came. */
  grants(funder: string): readonly Readonly<GrantCount>[] {
    return this.#funders.get(funder)?.tally.counts() ?? [];
  }
}

/** What one funder accepted. */
class FunderRecords {
  readonly byKey = new Map<string, Entry>();
  readonly applications = new Map<string, Application>();
  readonly byReference = new Map<string, Submission>();
  readonly submissions: { readonly rank: number; readonly submission: Submission }[] = [];
  readonly tally = new GrantTally();
  readonly #byReceipt = new Map<string, Submission>();
  size = 0;

  apply(entry: Entry, rank: number): void {
    this.size += 1;
    if (entry.key !== null) this.byKey.set(entry.key, entry);
    if (entry.step === 'start') {
      this.applications.set(entry.applicationId, { funder: entry.funder, grantId: null, formed: false, submitted: false });
      return;
    }
    if (entry.step === 'webhook') {
      const { reference, grantId } = entry;
      const submission = this.#submit(entry, { applicationId: null, reference, grantId }, rank);
      if (!this.byReference.has(reference)) this.byReference.set(reference, submission);
      return;
    }
    const application = this.applications.get(entry.applicationId);
    if (!application) return;
    if (entry.step === 'form') {
      application.formed = true;
      application.grantId = entry.grantId ?? application.grantId;
      return;
    }
    application.submitted = true;
    this.#submit(entry, { applicationId: entry.applicationId, reference: null, grantId: application.grantId }, rank);
  }

  countRepeat(entry: Entry): void {
    if (entry.step !== 'submit' && entry.step !== 'webhook') return;
    const submission = this.#byReceipt.get(entry.receiptId);
    if (!submission) return;
    submission.repeats += 1;
    this.tally.repeated(submission);
  }

  #submit(
    { funder, key, receiptId, at }: Extract<Entry, { receiptId: string }>,
    of: Pick<Submission, 'applicationId' | 'reference' | 'grantId'>,
    rank: number,
  ): Submission {
    const submission = { funder, idempotencyKey: key, ...of, receiptId, receivedAt: at, repeats: 0 };
    this.submissions.push({ rank, submission });
    this.#byReceipt.set(receiptId, submission);
    this.tally.submitted(submission);
    return submission;
  }
}

import type { Entry } from './entry.js';

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
  readonly applicationId: string;
  readonly receiptId: string;
  readonly receivedAt: string;
  readonly grantId: string | null;
  /** How often the same call came again since the process started. */
  repeats: number;
}

/** Everything that the funders accepted: what the journal's entries come to, in memory. */
export class Records {
  readonly #byKey = new Map<string, Entry>();
  readonly #applications = new Map<string, Application>();
  readonly #submissions = new Map<string, Submission>();
  #size = 0;

  /** Entries taken in. */
  get size(): number {
    return this.#size;
  }

  /** Takes in an entry that is on disk. */
  apply(entry: Entry): void {
    this.#size += 1;
    if (entry.key !== null) this.#byKey.set(keyName(entry.funder, entry.key), entry);
    if (entry.step === 'start') {
      this.#applications.set(entry.applicationId, { funder: entry.funder, grantId: null, formed: false, submitted: false });
      return;
    }
    const application = this.#applications.get(entry.applicationId);
    if (!application) return;
    if (entry.step === 'form') {
      application.formed = true;
      application.grantId = entry.grantId ?? application.grantId;
    } else {
      application.submitted = true;
      this.#submissions.set(entry.applicationId, {
        funder: entry.funder,
        idempotencyKey: entry.key,
        applicationId: entry.applicationId,
        receiptId: entry.receiptId,
        receivedAt: entry.at,
        grantId: application.grantId,
        repeats: 0,
      });
    }
  }

  /** The call that a funder accepted under an Idempotency-Key. */
  byKey(funder: string, key: string): Entry | undefined {
    return this.#byKey.get(keyName(funder, key));
  }

  /** Undefined also where the application is another funder's. */
  application(funder: string, applicationId: string): Readonly<Application> | undefined {
    const application = this.#applications.get(applicationId);
    return application?.funder === funder ? application : undefined;
  }

  countRepeat(entry: Entry): void {
    const submission = entry.step === 'submit' ? this.#submissions.get(entry.applicationId) : undefined;
    if (submission) submission.repeats += 1;
  }

  /** In the order in which they were accepted; of one funder, or of all. */
  submissions(funder?: string): Readonly<Submission>[] {
    return [...this.#submissions.values()].filter((submission) => funder === undefined || submission.funder === funder);
  }
}

function keyName(funder: string, key: string): string {
  return `${funder} ${key}`;
}

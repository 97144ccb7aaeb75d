import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { DocketError, isDocketError } from '@docket/contracts';
import type { JournalLine } from './entry.js';
import { readJournal } from './read-journal.js';

/** Where accepted calls are remembered. */
export interface JournalPort {
  /** Resolves when the entry is on disk; rejects with DOCKET_JOURNAL (critical) where it may not be. */
  append(entry: JournalLine): Promise<void>;
}

interface Waiting {
  readonly line: string;
  readonly done: () => void;
  readonly failed: (error: DocketError) => void;
}

/**
 * An append-only file of JSON lines. Entries that arrive while a write is under way go into the next one together,
 * with one fsync. After a failed write the journal stays broken: only a restart, which cuts a torn tail, mends it.
 */
export class Journal implements JournalPort {
  readonly #file: FileHandle;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #broken: DocketError | undefined;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /**
   * Opens or makes the file, hands every entry to `recall`, oldest first, and cuts a torn last line.
   * Throws DOCKET_JOURNAL (critical) where the file cannot be used or a line in its midst cannot be read.
   */
  static async open(path: string, recall: (entry: JournalLine) => void): Promise<Journal> {
    let file: FileHandle | undefined;
    try {
      await mkdir(dirname(resolve(path)), { recursive: true });
      file = await open(path, 'a+');
      await syncFolder(dirname(resolve(path)));
      const whole = await readJournal(file, recall);
      await file.truncate(whole);
      await file.sync();
      return new Journal(file);
    } catch (error) {
      await file?.close();
      if (isDocketError(error)) throw error;
      throw new DocketError('DOCKET_JOURNAL', 'the journal cannot be opened: check DOCKET_JOURNAL_FILE and its permissions', { cause: error });
    }
  }

  get broken(): boolean {
    return this.#broken !== undefined;
  }

  append(entry: JournalLine): Promise<void> {
    if (this.#broken) return Promise.reject(this.#broken);
    return new Promise((done, failed) => {
      this.#waiting.push({ line: `${JSON.stringify(entry)}\n`, done, failed });
      this.#writing ??= this.#write().finally(() => (this.#writing = undefined));
    });
  }

  /** Resolves when what was appended is on disk and the file is closed. */
  async close(): Promise<void> {
    await this.#writing;
    await this.#file.close();
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      try {
        await this.#file.appendFile(group.map((waiting) => waiting.line).join(''));
        await this.#file.datasync();
        for (const waiting of group) waiting.done();
      } catch (cause) {
        this.#broken = new DocketError('DOCKET_JOURNAL', 'the journal cannot be written: check the disk, then restart', { cause });
        for (const waiting of [...group, ...this.#waiting]) waiting.failed(this.#broken);
        this.#waiting = [];
      }
    }
  }
}

/** A new file's name is only safe once its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

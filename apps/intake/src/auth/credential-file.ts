import { DocketError, sha256Hex, type Clock } from '@docket/contracts';
import type { Logger } from '@docket/observability';
import { open, type FileHandle } from 'node:fs/promises';
import { ApiKeys } from './api-keys.js';
import { parseCredentials, tenantsOf, type Limit } from './credentials.schema.js';
import { TokenVerifier, type KeySets } from './token-verifier.js';

const MAX_BYTES = 4 * 1024 * 1024;

/** How often the file is read: a mounted secret is replaced by moving a link, which no file watcher tells of reliably. */
export const RELOAD_MS = 5_000;

/** What a credentials file says, ready for use. */
export interface CredentialSet {
  readonly keys: ApiKeys;
  readonly tokens: TokenVerifier;
  readonly tenants: ReadonlySet<string>;
  limitOf(tenant: string): Limit | undefined;
}

/**
 * Holds the credentials file in its newest readable form, without a restart. A file that cannot be used is logged once
 * as an error and the credentials before it stay. Tenants are only ever added: what they sent may not have been read yet.
 */
export class CredentialFile {
  readonly #keySets: KeySets = new Map();
  readonly #tenants = new Set<string>();
  #current: CredentialSet;
  #seen: string;
  #cancel: () => void = () => undefined;
  #stopped = false;

  private constructor(private readonly path: string, private readonly clock: Clock, private readonly log: Logger, text: string) {
    this.#current = this.#read(text);
    this.#seen = sha256Hex(text);
  }

  /** Throws DOCKET_CREDENTIALS where the file cannot be used: a service does not start without credentials. */
  static async open(path: string, clock: Clock, log: Logger): Promise<CredentialFile> {
    const file = new CredentialFile(path, clock, log, await readText(path));
    file.#schedule();
    return file;
  }

  get current(): CredentialSet {
    return this.#current;
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  /** Reads the file again; it is called every five seconds of the clock. */
  async reload(): Promise<void> {
    let text: string;
    try {
      text = await readText(this.path);
    } catch (err) {
      this.#fault('unreadable', err);
      return;
    }
    const digest = sha256Hex(text);
    if (digest === this.#seen) return;
    try {
      this.#current = this.#read(text);
      this.log.info('the credentials file was read again');
      this.#seen = digest;
    } catch (err) {
      this.#fault(digest, err);
    }
  }

  /** Once for each content that cannot be used. */
  #fault(seen: string, err: unknown): void {
    if (seen !== this.#seen) this.log.error('the credentials file cannot be used: the credentials before it stay', { err });
    this.#seen = seen;
  }

  #schedule(): void {
    if (this.#stopped) return;
    this.#cancel = this.clock.schedule(RELOAD_MS, () => void this.reload().finally(() => this.#schedule()));
  }

  #read(text: string): CredentialSet {
    const credentials = parseCredentials(text);
    const { keys, issuers, limits } = credentials;
    const tokens = new TokenVerifier(issuers, this.#keySets, this.clock);
    for (const tenant of tenantsOf(credentials)) this.#tenants.add(tenant);
    const own = new Map(Object.entries(limits.tenants));
    return { keys: new ApiKeys(keys), tokens, tenants: this.#tenants, limitOf: (tenant) => own.get(tenant) ?? limits.default };
  }
}

async function readText(path: string): Promise<string> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const { size } = await file.stat();
    if (size > MAX_BYTES) throw new DocketError('DOCKET_CREDENTIALS', 'the credentials file has more than 4 MiB');
    return await file.readFile('utf8');
  } catch (cause) {
    throw cause instanceof DocketError ? cause : new DocketError('DOCKET_CREDENTIALS', 'the credentials file cannot be read', { cause });
  } finally {
    await file?.close();
  }
}

import { readFileSync } from 'node:fs';
import { DocketError, type Clock } from '@docket/contracts';
import type { CredentialRef, CredentialsProvider } from './credentials.port.js';
import { Secret } from './secret.js';

/** A file is read again after so long: it is how a rotated credential is learned of without a restart. */
const READ_AGAIN_MS = 1_000;
/** As long as it takes a person. */
const WAIT_MS = 30_000;
const FORM = /^[\x21-\x7e]{8,512}$/;

export type Env = Readonly<Record<string, string | undefined>>;

interface Known {
  readonly secret: Secret;
  readonly readAt: number;
  /** Still in force because what replaced it cannot be used. */
  readonly stale: boolean;
}

export interface EnvFileOptions {
  readonly env: Env;
  readonly clock: Clock;
  /** A file that was good is so no longer; `path` is no secret. Told once until it is good again. */
  readonly onStale: (path: string) => void;
}

/** Credentials from environment variables, fixed for the life of the process, and from files, which may change. */
export class EnvFileCredentials implements CredentialsProvider {
  readonly #options: EnvFileOptions;
  readonly #files = new Map<string, Known>();

  constructor(options: EnvFileOptions) {
    this.#options = options;
  }

  read(ref: CredentialRef): Secret {
    if ('env' in ref) return checked(this.#options.env[ref.env], `${ref.env} is not set`);
    const known = this.#files.get(ref.file);
    const age = known ? this.#options.clock.now() - known.readAt : Infinity;
    // The clock may be set back.
    return known && age >= 0 && age < READ_AGAIN_MS ? known.secret : this.reread(ref);
  }

  reread(ref: CredentialRef): Secret {
    if ('env' in ref) return this.read(ref);
    const { clock, onStale } = this.#options;
    const known = this.#files.get(ref.file);
    try {
      const secret = checked(contents(ref.file), `${ref.file} cannot be read`);
      this.#files.set(ref.file, { secret, readAt: clock.now(), stale: false });
      return secret;
    } catch (error) {
      if (!known) throw error;
      if (!known.stale) onStale(ref.file);
      this.#files.set(ref.file, { secret: known.secret, readAt: clock.now(), stale: true });
      return known.secret;
    }
  }
}

function contents(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

function checked(value: string | undefined, missing: string): Secret {
  const problem = value === undefined ? missing : FORM.test(value) ? undefined : 'a credential must be 8 to 512 visible ASCII characters without spaces';
  if (problem !== undefined) throw new DocketError('DOCKET_CREDENTIAL', problem, { kind: 'throttled', retryAfterMs: WAIT_MS });
  return new Secret(value ?? '');
}

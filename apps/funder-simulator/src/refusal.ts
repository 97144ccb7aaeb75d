/** One entry of the `errors` of a CommonGrants error body. */
export interface RefusalDetail {
  readonly field: string;
  readonly message: string;
}

export interface RefusalOptions {
  readonly errors?: readonly RefusalDetail[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** A call that a funder does not accept: the HTTP status and what its CommonGrants error body says. */
export class Refusal extends Error {
  readonly status: number;
  readonly errors: readonly RefusalDetail[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, options: RefusalOptions = {}) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.errors = options.errors ?? [];
    this.headers = options.headers ?? {};
  }
}

/** A call whose connection is reset instead of an answer. */
export class Disconnection extends Error {
  constructor() {
    super('the connection is reset');
    this.name = 'Disconnection';
  }
}

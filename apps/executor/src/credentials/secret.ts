import { inspect } from 'node:util';

const HIDDEN = '[secret]';

/** A value that shows itself to nobody but the caller of reveal(): not to JSON, templates or inspect. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}

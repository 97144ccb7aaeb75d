/** A form that a grant may bring, and what its body must be. */
export interface FormSchema {
  /** What `form.schema` of a payload calls it. */
  readonly name: string;
  readonly title: string;
  /** Where its constraints come from, and their licence. */
  readonly source: string;
  /** JSON Schema of `form.body`, draft 2020-12. Strings that a pattern or format is matched with have a greatest length. */
  readonly schema: Readonly<Record<string, unknown>>;
}

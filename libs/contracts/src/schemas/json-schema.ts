/** The part of JSON Schema 2020-12 that the event schemas use; the compatibility check refuses every other keyword. */
export interface JsonSchema {
  readonly $schema?: string;
  readonly $id?: string;
  readonly title?: string;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean' | 'null';
  readonly const?: string | number | boolean;
  readonly enum?: readonly (string | number | boolean)[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  /** Default: the reader ignores properties that it does not know. */
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  /** In Unicode code points. */
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: 'date';
  readonly minimum?: number;
  readonly maximum?: number;
  readonly anyOf?: readonly JsonSchema[];
}

export const JSON_SCHEMA_DIALECT = 'https://json-schema.org/draft/2020-12/schema';

type OptionalKeys<T> = { [K in keyof T]-?: object extends Pick<T, K> ? K : never }[keyof T];

type Properties<T> = {
  readonly required: Readonly<Record<Exclude<keyof T, OptionalKeys<T>>, JsonSchema>>;
  readonly additionalProperties?: boolean;
} & ([OptionalKeys<T>] extends [never] ? { readonly optional?: undefined } : { readonly optional: Readonly<Record<OptionalKeys<T>, JsonSchema>> });

/** Schema of an object of type T: does not compile where it leaves a property of T out, has one too many, or errs on which may be absent. */
export function objectOf<T extends object>(properties: NoInfer<Properties<T>>, description?: string): JsonSchema {
  const { required, optional, additionalProperties } = properties as { required: Record<string, JsonSchema>; optional?: Record<string, JsonSchema>; additionalProperties?: boolean };
  return {
    ...(description !== undefined && { description }),
    type: 'object',
    properties: { ...required, ...optional },
    required: Object.keys(required),
    ...(additionalProperties !== undefined && { additionalProperties }),
  };
}

export function listOf(items: JsonSchema, description: string, bounds: Pick<JsonSchema, 'minItems' | 'maxItems'> = {}): JsonSchema {
  return { description, type: 'array', items, ...bounds };
}

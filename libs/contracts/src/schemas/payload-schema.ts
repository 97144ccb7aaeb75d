import { plainToInstance } from 'class-transformer';
import { getMetadataStorage } from 'class-validator';
import type { JsonSchema } from './json-schema.js';

type Dto = new () => object;
type Rule = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

/** What the constraints say of themselves; see Constraint. */
interface ConstraintContext {
  readonly expected?: string;
  readonly at?: string;
  /** Source of the regular expression that a string must match. */
  readonly pattern?: string;
}

/**
 * JSON Schema of a class-validator DTO, from its own metadata. Whatever the DTO accepts the schema accepts too; the reverse
 * does not hold: rules that span properties, or look something up, stand in the descriptions alone.
 *
 * @param descriptions what each property means, by `Class.property`
 */
export function payloadSchema(dto: Dto, descriptions: Readonly<Record<string, string>>): JsonSchema {
  const properties: Record<string, JsonSchema> = {};
  const required: string[] = [];
  for (const [name, rules] of rulesByProperty(dto)) {
    if (has(rules, 'rawSheet')) continue;
    properties[name] = propertySchema(dto, name, rules, descriptions);
    if (!rules.some(({ type }) => type === 'conditionalValidation')) required.push(name);
  }
  return { type: 'object', properties, required, additionalProperties: false };
}

function rulesByProperty(dto: Dto): Map<string, Rule[]> {
  const found = new Map<string, Rule[]>();
  for (const rule of getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false)) {
    const rules = found.get(rule.propertyName);
    if (rules) rules.push(rule);
    else found.set(rule.propertyName, [rule]);
  }
  // Metadata come in the order in which decorators ran; names sorted, a shuffle of them changes no file.
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function propertySchema(dto: Dto, name: string, rules: readonly Rule[], descriptions: Readonly<Record<string, string>>): JsonSchema {
  const facts = ['text', 'wholeNumber', 'flag', 'plainObject', 'listOfObjects', 'calendarDate'].filter((rule) => has(rules, rule)).map((rule) => FACTS[rule]?.(contextOf(rules, rule)));
  const schema: JsonSchema = Object.assign({ description: describe(descriptions[`${dto.name}.${name}`], rules) }, ...facts) as JsonSchema;
  const nested = rules.some(({ type }) => type === 'nestedValidation') ? nestedDto(dto, name, schema.type === 'array') : undefined;
  if (schema.type === 'string') return { ...schema, ...patternOf(rules) };
  if (schema.type === 'array') return { ...schema, items: nested ? payloadSchema(nested, descriptions) : { type: 'object' } };
  return nested ? { ...schema, ...payloadSchema(nested, descriptions) } : schema;
}

/** What a constraint of this name says in keywords. */
const FACTS: Readonly<Record<string, (context: ConstraintContext) => JsonSchema>> = {
  text: (context) => {
    const { min, max } = bounds(context);
    // The DTO counts UTF-16 units, of which a code point has at most two.
    return { type: 'string', ...(min !== undefined && { minLength: Math.ceil(min / 2) }), ...(max !== undefined && { maxLength: max }) };
  },
  wholeNumber: (context) => {
    const { min, max } = bounds(context);
    return { type: 'integer', ...(min !== undefined && { minimum: min }), ...(max !== undefined && { maximum: max }) };
  },
  listOfObjects: (context) => {
    const { min, max } = bounds(context);
    return { type: 'array', ...(min !== undefined && { minItems: min }), ...(max !== undefined && { maxItems: max }) };
  },
  flag: () => ({ type: 'boolean' }),
  plainObject: () => ({ type: 'object' }),
  calendarDate: () => ({ type: 'string', format: 'date' }),
};

/** `a string of 1 to 100 characters`: the two numbers of it. */
function bounds({ expected = '' }: ConstraintContext): { min?: number; max?: number } {
  const [, min, max] = /(\d+) to (\d+)/.exec(expected) ?? [];
  return { ...(min !== undefined && { min: Number(min) }), ...(max !== undefined && { max: Number(max) }) };
}

function patternOf(rules: readonly Rule[]): Pick<JsonSchema, 'pattern'> {
  const form = rules.map((rule) => (rule.context as ConstraintContext | undefined)?.pattern).find((source) => source !== undefined);
  if (form !== undefined) return { pattern: form };
  return has(rules, 'present') ? { pattern: '\\S' } : {};
}

const IN_KEYWORDS: ReadonlySet<string | undefined> = new Set(['present', ...Object.keys(FACTS), 'conditionalValidation']);

function describe(meaning: string | undefined, rules: readonly Rule[]): string {
  const said = rules.filter((rule) => rule.name !== undefined && !IN_KEYWORDS.has(rule.name)).map(({ context }) => context as ConstraintContext | undefined);
  const sentences = said.map((context) => (context?.expected === undefined ? undefined : `${context.at === undefined ? 'Must be' : `\`${context.at}\` must be`} ${context.expected}.`));
  return [meaning, ...sentences.sort()].filter((sentence) => sentence !== undefined).join(' ');
}

function has(rules: readonly Rule[], name: string): boolean {
  return rules.some((rule) => rule.name === name);
}

function contextOf(rules: readonly Rule[], name: string): ConstraintContext {
  return (rules.find((rule) => rule.name === name)?.context ?? {}) as ConstraintContext;
}

/** The class of a nested value: class-transformer tells it by making one. */
function nestedDto(dto: Dto, name: string, list: boolean): Dto | undefined {
  const made = (plainToInstance(dto, { [name]: list ? [{}] : {} }) as Record<string, unknown>)[name];
  const one: unknown = Array.isArray(made) ? made[0] : made;
  const type: unknown = typeof one === 'object' && one !== null ? one.constructor : undefined;
  return typeof type === 'function' && type !== Object ? (type as Dto) : undefined;
}

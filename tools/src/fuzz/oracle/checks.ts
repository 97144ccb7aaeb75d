/** Small tests from which the rules are put together; each tells whether a value is right. */
export type Check = (value: unknown) => boolean;

export interface Shape {
  readonly required: Readonly<Record<string, Check>>;
  readonly optional?: Readonly<Record<string, Check>>;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Names of the properties that are wrong, missing or not known. */
export function faultsOf(value: unknown, { required, optional = {} }: Shape): string[] {
  if (!isObject(value)) return ['(not an object)'];
  const checks = { ...required, ...optional };
  const wrong = Object.entries(checks).filter(([name, check]) => (Object.hasOwn(value, name) ? !check(value[name]) : name in required)).map(([name]) => name);
  const unknown = Object.keys(value).filter((name) => !Object.hasOwn(checks, name)).map(() => '(unknown property)');
  return [...wrong, ...unknown];
}

export const shaped = (shape: Shape): Check => (value) => faultsOf(value, shape).length === 0;

export function text(least: number, most: number, form = /[^]*/): Check {
  return (value) => typeof value === 'string' && value.trim() !== '' && value.length >= least && value.length <= most && form.test(value);
}

export function wholeNumber(least: number, most: number): Check {
  return (value) => typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}

export function listOf(least: number, most: number, check: Check): Check {
  return (value) => Array.isArray(value) && value.length >= least && value.length <= most && value.every(check);
}

export const flag: Check = (value) => value === true || value === false;
export const digest = text(64, 64, /^[0-9a-f]+$/);
export const uri = text(1, 2_000, /^[a-z][a-z0-9+.-]*:\/\/[^\s]+$/);
export const mediaType = text(3, 200, /^[A-Za-z0-9_.+-]+\/[A-Za-z0-9_.+-]+$/);

import { z } from 'zod';

/** A unit of work: a number under its key. */
export interface Unit {
  readonly key: number;
  /** Consecutive under its key, from 0. */
  readonly n: number;
}

const UNIT = z.strictObject({ key: z.int().nonnegative(), n: z.int().nonnegative() });

export function encodeUnit({ key, n }: Unit): Buffer {
  return Buffer.from(JSON.stringify({ key, n }));
}

/** Throws a SyntaxError or ZodError where the value is no unit. */
export function parseUnit(value: Buffer | null): Unit {
  return UNIT.parse(JSON.parse(value?.toString() ?? ''));
}

/** The record key. */
export function keyName({ key }: Unit): string {
  return `key-${key}`;
}

import { createHash } from 'node:crypto';

/** A file system after some build steps. */
export interface Layer {
  /** Equal steps on equal layers have equal keys. */
  readonly key: string;
  /** The folder that stands for `/`. */
  readonly root: string;
}

export interface Step {
  /** Names all that the change depends on beside the two layers. */
  readonly text: string;
  /** Another layer that is copied from. */
  readonly reads?: Layer;
  readonly change: (root: string) => void | Promise<void>;
}

/** Where layers come from. Each is made once, however many images share it. */
export interface Layers {
  /** An empty file system: the base image itself is not there. */
  empty(image: string): Promise<Layer>;
  /** The layer after one more step. */
  derive(parent: Layer, step: Step): Promise<Layer>;
}

export function emptyKey(image: string): string {
  return hash('image', image);
}

export function derivedKey(parent: Layer, step: Step): string {
  return hash(parent.key, step.reads?.key ?? '', step.text);
}

function hash(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 20);
}

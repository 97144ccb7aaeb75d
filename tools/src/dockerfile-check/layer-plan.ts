import { derivedKey, emptyKey, type Layer, type Layers, type Step } from './layers.js';

/**
 * Goes through the steps of all images without running any, and knows then which use of a layer is its last:
 * the store hands such a layer on instead of copying it.
 */
export class LayerPlan implements Layers {
  readonly #uses = new Map<string, Set<string>>();

  empty(image: string): Promise<Layer> {
    return Promise.resolve({ key: emptyKey(image), root: '' });
  }

  derive(parent: Layer, step: Step): Promise<Layer> {
    const key = derivedKey(parent, step);
    this.use(parent, key);
    if (step.reads) this.use(step.reads, key);
    return Promise.resolve({ key, root: '' });
  }

  /** Notes that something named `user` needs the layer. */
  use(layer: Layer, user: string): void {
    this.#uses.set(layer.key, (this.#uses.get(layer.key) ?? new Set()).add(user));
  }

  /** `user` needs the layer no more. True where nothing else will. */
  finish(layer: Layer, user: string): boolean {
    const users = this.#uses.get(layer.key);
    users?.delete(user);
    return users?.size === 0;
  }
}

import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { copyTree } from './copy-tree.js';
import type { LayerPlan } from './layer-plan.js';
import { derivedKey, emptyKey, type Layer, type Layers, type Step } from './layers.js';

/** Makes layers as folders below one folder. A step that failed fails for every image that shares it. */
export class LayerStore implements Layers {
  readonly #layers = new Map<string, Promise<Layer>>();
  readonly #folder: string;
  readonly #plan: LayerPlan;
  /** Steps that were run, and steps that an earlier run served. */
  readonly counts = { run: 0, reused: 0 };

  constructor(folder: string, plan: LayerPlan) {
    this.#folder = folder;
    this.#plan = plan;
  }

  empty(image: string): Promise<Layer> {
    return this.#once(emptyKey(image), (root) => void mkdirSync(root, { recursive: true }));
  }

  derive(parent: Layer, step: Step): Promise<Layer> {
    const key = derivedKey(parent, step);
    this.counts[this.#layers.has(key) ? 'reused' : 'run'] += 1;
    return this.#once(key, async (root) => {
      if (this.#plan.finish(parent, key)) renameSync(parent.root, root);
      else copyTree(parent.root, root);
      await step.change(root);
      if (step.reads) this.release(step.reads, key);
    });
  }

  /** Removes the layer's files where nothing but `user` needed them still. */
  release(layer: Layer, user: string): void {
    if (this.#plan.finish(layer, user)) rmSync(layer.root, { recursive: true });
  }

  #once(key: string, make: (root: string) => void | Promise<void>): Promise<Layer> {
    const known = this.#layers.get(key);
    if (known) return known;
    const root = join(this.#folder, key);
    const made = (async () => {
      await make(root);
      return { key, root };
    })();
    this.#layers.set(key, made);
    return made;
  }
}

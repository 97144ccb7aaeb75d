import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { LayerPlan } from './layer-plan.js';
import { LayerStore } from './layer-store.js';
import type { Layer, Layers, Step } from './layers.js';

const folder = mkdtempSync(join(tmpdir(), 'layers-'));
afterAll(() => rmSync(folder, { recursive: true }));

let runs: string[] = [];
beforeEach(() => {
  runs = [];
});

const write = (name: string): Step => ({
  text: name,
  change: (root) => {
    runs.push(name);
    writeFileSync(join(root, name), name);
  },
});

/** Two images over one common step, the second of which copies from a layer of its own. */
async function images(layers: Layers): Promise<Layer[]> {
  const common = await layers.derive(await layers.empty('base'), write('common'));
  const one = await layers.derive(common, write('one'));
  const other = await layers.derive(await layers.derive(await layers.empty('other'), write('source')), write('more'));
  const two = await layers.derive(await layers.derive(await layers.empty('base'), write('common')), { ...write('two'), reads: other });
  return [one, two];
}

describe('LayerStore', () => {
  it('runs equal steps once and leaves each image its own files', async () => {
    const plan = new LayerPlan();
    for (const layer of await images(plan)) plan.use(layer, 'image');
    expect(runs).toEqual([]);
    const store = new LayerStore(join(folder, 'a'), plan);
    const [one, two] = await images(store);
    expect(runs).toEqual(['common', 'one', 'source', 'more', 'two']);
    expect(store.counts).toEqual({ run: 5, reused: 1 });
    expect(readdirSync(one?.root ?? '')).toEqual(['common', 'one']);
    expect(readdirSync(two?.root ?? '')).toEqual(['common', 'two']);
  });

  it('keeps no layer that nothing needs', async () => {
    const plan = new LayerPlan();
    for (const layer of await images(plan)) plan.use(layer, 'image');
    const store = new LayerStore(join(folder, 'b'), plan);
    const made = await images(store);
    expect(readdirSync(join(folder, 'b'))).toHaveLength(made.length);
    for (const layer of made) store.release(layer, 'image');
    expect(readdirSync(join(folder, 'b'))).toEqual([]);
  });

  it('fails a step for every image that shares it, without running it again', async () => {
    const plan = new LayerPlan();
    const store = new LayerStore(join(folder, 'c'), plan);
    const bad: Step = { text: 'bad', change: () => Promise.reject(new Error('exit code 1')) };
    for (let image = 0; image < 2; image += 1) await expect(store.derive(await store.empty('base'), bad)).rejects.toThrow('exit code 1');
    expect(store.counts).toEqual({ run: 1, reused: 1 });
  });

  it('shares files of node_modules between layers, and no others', async () => {
    const plan = new LayerPlan();
    const store = new LayerStore(join(folder, 'd'), plan);
    const parent = await store.derive(await store.empty('base'), {
      text: 'install',
      change: (root) => {
        mkdirSync(join(root, 'node_modules/x'), { recursive: true });
        writeFileSync(join(root, 'node_modules/x/index.js'), 'x');
        writeFileSync(join(root, 'own.txt'), 'before');
      },
    });
    const child = await store.derive(parent, { text: 'edit', change: (root) => writeFileSync(join(root, 'own.txt'), 'after') });
    expect(readFileSync(join(parent.root, 'own.txt'), 'utf8')).toBe('before');
    expect(readFileSync(join(child.root, 'own.txt'), 'utf8')).toBe('after');
    expect(existsSync(join(child.root, 'node_modules/x/index.js'))).toBe(true);
  });
});

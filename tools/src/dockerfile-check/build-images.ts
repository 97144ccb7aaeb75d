import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyTree } from './copy-tree.js';
import { parseDockerfile, type Dockerfile } from './dockerfile.parser.js';
import { readIgnoreRules } from './ignore-rules.js';
import { buildImage } from './image-build.js';
import { checkImage } from './image-check.js';
import { folderSize } from './image-size.js';
import { LayerPlan } from './layer-plan.js';
import { LayerStore } from './layer-store.js';
import type { ProblemList } from './problem-list.js';

export interface BuildImagesOptions {
  /** The workspace: context of every build. */
  readonly root: string;
  readonly scratch: string;
  readonly env: Readonly<Record<string, string>>;
  readonly developmentPackages: readonly string[];
  readonly problems: ProblemList;
  readonly say: (line: string) => void;
}

/** Builds and checks the images of these apps, one after the other; says a line for each. */
export async function buildImages(names: readonly string[], options: BuildImagesOptions): Promise<void> {
  const { root, scratch, env, developmentPackages, problems, say } = options;
  const context = { key: 'context', root: join(scratch, 'context') };
  // One snapshot for all: an edit while this runs must not give the images different sources.
  copyTree(root, context.root, readIgnoreRules(readFileSync(join(root, '.dockerignore'), 'utf8')));
  const plan = new LayerPlan();
  const store = new LayerStore(join(scratch, 'layers'), plan);
  const attempt = async (name: string, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      problems.add(name, error instanceof Error ? error.message : String(error));
      say(`FAILED ${name}`);
    }
  };

  const files = new Map<string, Dockerfile>();
  for (const name of names) {
    await attempt(name, async () => {
      const file = parseDockerfile(readFileSync(join(root, 'apps', name, 'Dockerfile'), 'utf8'));
      plan.use((await buildImage(file, { layers: plan, context, env })).layer, 'image');
      files.set(name, file);
    });
  }
  for (const [name, file] of files) {
    const startedAt = performance.now();
    const before = { ...store.counts };
    await attempt(name, async () => {
      const image = await buildImage(file, { layers: store, context, env });
      const found = await checkImage(image, { env, developmentPackages });
      for (const problem of found) problems.add(name, problem);
      const time = `${((performance.now() - startedAt) / 1000).toFixed(1)} s`.padStart(8);
      const size = `${(folderSize(image.layer.root) / 1e6).toFixed(0)} MB`.padStart(7);
      const steps = `${store.counts.run - before.run} steps run, ${store.counts.reused - before.reused} reused`;
      say(`${found.length === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(18)} ${time} ${size}  ${steps}`);
      store.release(image.layer, 'image');
    });
  }
}

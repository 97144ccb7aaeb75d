import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tmpdir } from 'node:os';
import { afterAll, describe, expect, it } from 'vitest';
import { parseDockerfile } from './dockerfile.parser.js';
import { buildImage, type Image } from './image-build.js';
import { LayerPlan } from './layer-plan.js';
import { LayerStore } from './layer-store.js';

const folder = mkdtempSync(join(tmpdir(), 'images-'));
afterAll(() => rmSync(folder, { recursive: true }));

const context = { key: 'context', root: join(folder, 'context') };
for (const [path, text] of Object.entries({ 'package.json': '{}', 'libs/a/index.ts': 'a', 'apps/x/main.ts': 'x' })) {
  mkdirSync(dirname(join(context.root, path)), { recursive: true });
  writeFileSync(join(context.root, path), text);
}

let count = 0;
function build(text: string): Promise<Image> {
  const layers = new LayerStore(join(folder, `layers-${(count += 1)}`), new LayerPlan());
  return buildImage(parseDockerfile(text), { layers, context, env: { PATH: process.env['PATH'] ?? '' } });
}

describe('buildImage', () => {
  it('runs the steps of all stages, in the folder and with the values they see in a container', async () => {
    const image = await build(`
      ARG APP=x
      FROM node:24-slim AS build
      WORKDIR /app
      ARG APP
      COPY apps/\${APP} apps/\${APP}
      ENV MODE=production
      RUN mkdir out && echo "$APP $MODE" > out/values.txt
      FROM node:24-slim
      WORKDIR /app
      COPY package.json ./
      COPY --from=build --chown=node:node /app/out/ state
      COPY libs/a/index.ts renamed.ts
      USER node
      EXPOSE 9464
      HEALTHCHECK --interval=5s CMD ["node", "-e", "0"]
      CMD ["node", "main.js"]`);
    expect(image).toMatchObject({ workdir: '/app', user: 'node', command: ['node', 'main.js'], health: ['node', '-e', '0'], env: {} });
    const app = join(image.layer.root, 'app');
    expect(readdirSync(app)).toEqual(['package.json', 'renamed.ts', 'state']);
    expect(readFileSync(join(app, 'state/values.txt'), 'utf8')).toBe('x production\n');
  });

  it('takes a stage that another begins with as it is, settings included', async () => {
    const image = await build('FROM n AS a\nWORKDIR /app\nENV MODE=test\nUSER node\nHEALTHCHECK NONE\nFROM a\nCOPY . .');
    expect(image).toMatchObject({ workdir: '/app', env: { MODE: 'test' }, user: 'node', health: undefined });
    expect(existsSync(join(image.layer.root, 'app/libs/a/index.ts'))).toBe(true);
  });

  it('shows the output of a step that fails', async () => {
    await expect(build('FROM n\nWORKDIR /app\nRUN echo broken >&2; exit 3')).rejects.toMatchObject({
      code: 'DOCKET_DOCKERFILE_STEP',
      message: expect.stringMatching(/^line 3: exit code 3 .*\nbroken$/s) as string,
    });
  });

  it.each([
    ['RUN rm -rf /var/lib', 'line 2: RUN steps may only name paths relative'],
    ['RUN echo x >/etc/motd', 'line 2: RUN steps may only name paths relative'],
    ['RUN cd "/root"', 'line 2: RUN steps may only name paths relative'],
    ['RUN cp a ../../b', 'line 2: RUN steps may only name paths relative'],
    ['RUN rm -rf ~/x $HOME', 'line 2: RUN steps may only name paths relative'],
    ['RUN --mount=type=cache,target=/x npm ci', 'line 2: flags of RUN'],
    ['COPY apps/$APP ./', 'line 2: APP has no value here'],
    ['COPY apps/y ./', 'line 2: COPY apps/y: not found'],
    ['COPY libs/* ./', 'line 2: wildcards'],
    ['COPY --chmod=755 libs ./', 'line 2: --chmod of COPY'],
    ['COPY --from=build libs ./', 'line 2: no earlier stage is called build'],
    ['ENTRYPOINT ["node"]', 'line 2: ENTRYPOINT is not known'],
    ['CMD node main.js', 'line 2: use the exec form'],
  ])('refuses %s', async (step, problem) => {
    await expect(Promise.resolve().then(() => build(`FROM n\n${step}`))).rejects.toThrow(problem);
  });
});

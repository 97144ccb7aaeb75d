import { mkdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { DocketError } from '@docket/contracts';
import { copyStep } from './copy-step.js';
import { readArg, readExecForm, unreadable, type Dockerfile, type Instruction, type Stage } from './dockerfile.parser.js';
import type { Layer, Layers } from './layers.js';
import { runCommand } from './run-command.js';

/** What a finished stage leaves: its files and how a container of it starts. */
export interface Image {
  readonly layer: Layer;
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly user: string;
  readonly command: readonly string[];
  /** Undefined where the stage says none, or HEALTHCHECK NONE. */
  readonly health: readonly string[] | undefined;
}

export interface BuildOptions {
  readonly layers: Layers;
  /** The build context; .dockerignore is already applied. */
  readonly context: Layer;
  /** Environment of RUN steps beside the image's own. */
  readonly env: Readonly<Record<string, string>>;
}

type Values = Record<string, string>;
type State = { -readonly [K in keyof Image]: Image[K] } & { args: Values };

const STEP_TIMEOUT_MS = 600_000;
/** RUN steps run on this machine: a path from the root, upwards or from home would leave the scratch folder. */
const OUTSIDE_PATH = /(?:^|[\s='":;(|&<>])(?:(?!\/dev\/null\b)\/[\w.]|~|\.\.(?:\/|$|\s)|\$\{?HOME)|\/\.\.(?:\/|$|\s)/;

/**
 * Runs the COPY and RUN steps of every stage and returns the last one. No base image is pulled: what a RUN step
 * calls (sh, find, cp, npm) is this machine's. Throws DOCKET_DOCKERFILE for what it does not understand and
 * DOCKET_DOCKERFILE_STEP, with the step's output, for a step that fails.
 */
export async function buildImage(file: Dockerfile, options: BuildOptions): Promise<Image> {
  const done = new Map<string, Image>();
  let last: Image | undefined;
  for (const stage of file.stages) {
    last = await buildStage(stage, file.args, done, options);
    if (stage.name !== undefined) done.set(stage.name, last);
  }
  if (!last) throw unreadable(1, 'no FROM');
  return last;
}

async function buildStage(stage: Stage, args: Values, done: ReadonlyMap<string, Image>, options: BuildOptions): Promise<Image> {
  const base = done.get(stage.base);
  const state: State = base
    ? { ...base, env: { ...base.env }, args: {} }
    : { layer: await options.layers.empty(stage.base), workdir: '/', env: {}, user: 'root', command: [], health: undefined, args: {} };
  for (const instruction of stage.instructions) await apply(state, instruction, args, done, options);
  return state;
}

async function apply(state: State, instruction: Instruction, global: Values, done: ReadonlyMap<string, Image>, options: BuildOptions): Promise<void> {
  const { name, rest, line, flags } = instruction;
  const expand = (text: string) => expandVariables(text, { ...state.args, ...state.env }, line);
  switch (name) {
    case 'ARG':
      for (const [key, value] of Object.entries(readArg(instruction))) state.args[key] = value ?? global[key] ?? '';
      return;
    case 'ENV':
      state.env = { ...state.env, ...readEnv(expand(rest), line) };
      return;
    case 'WORKDIR': {
      const workdir = posix.resolve(state.workdir, expand(rest));
      state.workdir = workdir;
      state.layer = await options.layers.derive(state.layer, {
        text: `WORKDIR ${workdir}`,
        change: (root) => void mkdirSync(join(root, workdir), { recursive: true }),
      });
      return;
    }
    case 'COPY': {
      const reads = flags['from'] === undefined ? options.context : done.get(flags['from'])?.layer;
      if (!reads) throw unreadable(line, `no earlier stage is called ${flags['from'] ?? ''}`);
      const words = expand(rest).split(/\s+/);
      const change = copyStep(words, flags, reads.root, state.workdir, line);
      state.layer = await options.layers.derive(state.layer, { text: `COPY ${state.workdir} ${words.join(' ')}`, reads, change });
      return;
    }
    case 'RUN': {
      if (Object.keys(flags).length > 0) throw unreadable(line, 'flags of RUN are not known to this check');
      if (OUTSIDE_PATH.test(rest)) throw unreadable(line, 'RUN steps may only name paths relative to WORKDIR: they run on this machine');
      const env = { ...options.env, ...state.args, ...state.env };
      const { workdir } = state;
      state.layer = await options.layers.derive(state.layer, {
        text: `RUN ${JSON.stringify([workdir, state.args, state.env, rest])}`,
        change: (root) => run(rest, join(root, workdir), env, line),
      });
      return;
    }
    case 'USER':
      state.user = expand(rest);
      return;
    case 'CMD':
      state.command = readExecForm(rest, line);
      return;
    case 'HEALTHCHECK':
      state.health = rest === 'NONE' ? undefined : readExecForm(rest.replace(/^CMD\s+/, ''), line);
      return;
    case 'EXPOSE':
    case 'LABEL':
      return;
    default:
      throw unreadable(line, `${name} is not known to this check`);
  }
}

async function run(command: string, cwd: string, env: Values, line: number): Promise<void> {
  const { code, output } = await runCommand('/bin/sh', ['-c', command], { cwd, env, timeoutMs: STEP_TIMEOUT_MS });
  if (code !== 0) throw new DocketError('DOCKET_DOCKERFILE_STEP', `line ${line}: exit code ${code ?? 'none'} of RUN ${command}\n${output.trimEnd()}`);
}

function readEnv(text: string, line: number): Values {
  const match = /^(\w+)=(\S+)$/.exec(text);
  if (!match) throw unreadable(line, 'ENV takes one NAME=value');
  return { [match[1] ?? '']: match[2] ?? '' };
}

function expandVariables(text: string, values: Values, line: number): string {
  return text.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced: string | undefined, bare: string | undefined) => {
    const value = values[braced ?? bare ?? ''];
    if (value === undefined) throw unreadable(line, `${braced ?? bare ?? ''} has no value here: its stage lacks the ARG`);
    return value;
  });
}

import { DocketError } from '@docket/contracts';

export interface Instruction {
  /** In capitals: `RUN`, `COPY`, … */
  readonly name: string;
  /** `--from=build` is `from: 'build'`. */
  readonly flags: Readonly<Record<string, string>>;
  /** What follows the name and the flags, continuation lines joined. */
  readonly rest: string;
  /** Where it begins, 1-based. */
  readonly line: number;
}

export interface Stage {
  readonly name: string | undefined;
  /** An image or the name of an earlier stage. */
  readonly base: string;
  readonly instructions: readonly Instruction[];
}

export interface Dockerfile {
  /** Defaults of the ARGs before the first FROM. */
  readonly args: Readonly<Record<string, string>>;
  readonly stages: readonly Stage[];
}

const KNOWN = new Set(['ARG', 'CMD', 'COPY', 'ENV', 'EXPOSE', 'FROM', 'HEALTHCHECK', 'LABEL', 'RUN', 'USER', 'WORKDIR']);

/**
 * Reads the part of the Dockerfile language that this repository uses. Throws DOCKET_DOCKERFILE, naming the line,
 * for anything else: a step that is not understood must not pass as checked.
 */
export function parseDockerfile(text: string): Dockerfile {
  const args: Record<string, string> = {};
  const stages: { name: string | undefined; base: string; instructions: Instruction[] }[] = [];
  for (const instruction of readInstructions(text)) {
    const stage = stages.at(-1);
    if (instruction.name === 'FROM') stages.push({ ...readFrom(instruction), instructions: [] });
    else if (stage) stage.instructions.push(instruction);
    else if (instruction.name === 'ARG') Object.assign(args, readArg(instruction));
    else throw unreadable(instruction.line, `${instruction.name} before FROM`);
  }
  if (stages.length === 0) throw unreadable(1, 'no FROM');
  return { args, stages };
}

/** `NAME=value`, or `NAME` alone, whose value is then undefined. */
export function readArg({ rest, line }: Instruction): Record<string, string | undefined> {
  const match = /^(\w+)(?:=(\S*))?$/.exec(rest);
  if (!match?.[1]) throw unreadable(line, 'ARG takes NAME or NAME=value');
  return { [match[1]]: match[2] };
}

/** The exec form, `["node", "main.js"]`. */
export function readExecForm(text: string, line: number): string[] {
  try {
    const words: unknown = JSON.parse(text);
    if (Array.isArray(words) && words.length > 0 && words.every((word) => typeof word === 'string')) return words;
  } catch {
    // Said below, for every form that is not the exec form.
  }
  throw unreadable(line, 'use the exec form, ["program", "argument"]: without a shell the process gets its signals');
}

export function unreadable(line: number, problem: string): DocketError {
  return new DocketError('DOCKET_DOCKERFILE', `line ${line}: ${problem}`);
}

function* readInstructions(text: string): Generator<Instruction> {
  let pending: { text: string; line: number } | undefined;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const joined: string = pending ? `${pending.text} ${line}` : line;
    const start: number = pending?.line ?? index + 1;
    if (joined.endsWith('\\')) {
      pending = { text: joined.slice(0, -1).trimEnd(), line: start };
      continue;
    }
    pending = undefined;
    yield readInstruction(joined, start);
  }
  if (pending) throw unreadable(pending.line, 'the last line ends in a backslash');
}

function readInstruction(text: string, line: number): Instruction {
  const [, word = '', tail = ''] = /^(\S+)\s*(.*)$/s.exec(text) ?? [];
  const name = word.toUpperCase();
  if (!KNOWN.has(name)) throw unreadable(line, `${word} is not known to this check`);
  if (name === 'RUN' && tail.includes('<<')) throw unreadable(line, 'here-documents are not known to this check');
  const flags: Record<string, string> = {};
  let rest = tail;
  for (let match = flagOf(rest); match; match = flagOf(rest)) {
    flags[match[1] ?? ''] = match[2] ?? '';
    rest = rest.slice(match[0].length);
  }
  return { name, flags, rest, line };
}

function flagOf(text: string): RegExpExecArray | null {
  return /^--([a-z-]+)=(\S+)\s+/.exec(text);
}

function readFrom({ rest, flags, line }: Instruction): { name: string | undefined; base: string } {
  const match = /^(\S+)(?:\s+AS\s+(\S+))?$/i.exec(rest);
  if (!match?.[1] || Object.keys(flags).length > 0) throw unreadable(line, 'FROM takes an image and AS a name');
  return { base: match[1], name: match[2] };
}

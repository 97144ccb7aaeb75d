import { parseArgs } from 'node:util';
import { DocketError } from '@docket/contracts';

export interface BenchOptions {
  /** Of the bench; undefined only with `help`. */
  readonly name: string | undefined;
  /** File for the report; undefined: none is written. */
  readonly json: string | undefined;
  /** Undefined: as the bench has it. */
  readonly rounds: number | undefined;
  readonly units: number | undefined;
  readonly subjects: readonly string[] | undefined;
  readonly help: boolean;
}

/** Throws DOCKET_USAGE (critical) that says what to write instead. */
export function readOptions(args: readonly string[], benches: readonly string[]): BenchOptions {
  const { values, positionals } = parsed(args);
  const [name, ...more] = positionals;
  if (values.help) return { name, json: undefined, rounds: undefined, units: undefined, subjects: undefined, help: true };
  const known = benches.join(', ');
  if (name === undefined) throw usage(`name a bench: ${known}`);
  if (!benches.includes(name)) throw usage(`there is no bench ${name}; there are: ${known}`);
  if (more.length > 0) throw usage(`one bench at a time, not also ${more.join(', ')}`);
  return {
    name,
    json: values.json,
    rounds: count('--rounds', values.rounds, 100),
    units: count('--units', values.units, 10_000_000),
    subjects: listed(values.subjects),
    help: false,
  };
}

/** The subjects to run, in the bench's own order. Throws DOCKET_USAGE (critical) where one is not the bench's. */
export function chooseSubjects(wanted: readonly string[] | undefined, subjects: readonly string[]): readonly string[] {
  if (wanted === undefined) return subjects;
  const unknown = wanted.filter((subject) => !subjects.includes(subject));
  if (unknown.length > 0) throw usage(`not a subject of this bench: ${unknown.join(', ')}; there are: ${subjects.join(', ')}`);
  return subjects.filter((subject) => wanted.includes(subject));
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: true,
      options: {
        json: { type: 'string' },
        rounds: { type: 'string' },
        units: { type: 'string' },
        subjects: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (cause) {
    throw usage(cause instanceof Error ? cause.message : 'bad options');
  }
}

function count(option: string, text: string | undefined, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d+$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > most) throw usage(`${option} takes a whole number from 1 to ${most}`);
  return value;
}

function listed(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined;
  const names = text.split(',').map((name) => name.trim()).filter((name) => name !== '');
  if (names.length === 0) throw usage('--subjects takes names, separated by commas');
  return names;
}

function usage(problem: string): DocketError {
  return new DocketError('DOCKET_USAGE', `${problem}\nnpm run bench -- --help tells all options`);
}

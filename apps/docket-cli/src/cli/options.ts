import { kafkaSettings } from '@docket/config';
import { LANES, type Lane, type StageSpec } from '@docket/contracts';
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Connection } from './cluster.js';
import { CliError, EXIT } from './exit.js';
import { catalogueStages, stageCalled } from './stage-called.js';

/** Options that every command on a cluster has. */
export interface ClusterOptions {
  readonly brokers?: readonly string[];
  readonly prefix: string;
  readonly json: boolean;
}

export function withClusterOptions(command: Command): Command {
  const brokers = new Option('--brokers <list>', 'bootstrap brokers, host:port, separated by commas');
  const prefix = new Option('--prefix <text>', 'stands before topics and groups');
  return command
    .addOption(brokers.env('KAFKA_BROKERS').argParser(parseBrokers))
    .addOption(prefix.env('DOCKET_PREFIX').default('').argParser(parsePrefix))
    .option('--json', 'write JSON instead of a table or tab-separated values', false);
}

export function lanesOption(): Option {
  const option = new Option('--lanes <list>', `lanes, separated by commas: ${LANES.join(', ')}`);
  return option.default(['standard', 'pii'], 'standard,pii').argParser(parseLanes);
}

export function stageOption(text: string): Option {
  return new Option('--stage <name>', text).argParser(parseStage);
}

/** For an option or argument that names a stage; of one outside of the catalogue the cluster tells whether it is there. */
export function parseStage(name: string): StageSpec {
  const found = stageCalled(name);
  if (!found) throw new InvalidArgumentError(`A stage is given by its name; the catalogue has ${catalogueStages()}.`);
  return found;
}

export function wholeNumber(flags: string, text: string, preset: number, most: number): Option {
  return new Option(flags, text).default(preset).argParser((given: string) => parseWhole(given, 1, most));
}

/** Throws InvalidArgumentError where the text is no whole number of that range. */
export function parseWhole(given: string, least: number, most: number): number {
  const value = Number(given);
  if (!/^\d{1,15}$/.test(given) || value < least || value > most) throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
  return value;
}

/** Text for the end of a command's help. */
export function examples(...commands: readonly string[]): string {
  return ['', 'Examples:', ...commands.map((command) => `  $ ${command}`)].join('\n');
}

/** Throws CliError (usage) where no brokers are given. */
export function connectionOf({ brokers, prefix }: ClusterOptions): Connection {
  if (!brokers) throw new CliError(EXIT.usage, 'which brokers? give --brokers host:port or set KAFKA_BROKERS');
  return { brokers, prefix };
}

function parseBrokers(text: string): string[] {
  const result = kafkaSettings.kafkaBrokers.safeParse(text);
  if (!result.success) throw new InvalidArgumentError('Give host:port, separated by commas.');
  return result.data;
}

function parsePrefix(text: string): string {
  const result = kafkaSettings.prefix.safeParse(text);
  if (!result.success) throw new InvalidArgumentError('Give lower-case letters, digits and dashes, ending in a dot.');
  return result.data;
}

function parseLanes(text: string): Lane[] {
  const given = [...new Set(text.split(',').map((lane) => lane.trim()))];
  const lanes = LANES.filter((lane) => given.includes(lane));
  if (lanes.length !== given.length) throw new InvalidArgumentError(`Give one or more of ${LANES.join(', ')}.`);
  return lanes;
}

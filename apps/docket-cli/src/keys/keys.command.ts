import { randomBytes } from 'node:crypto';
import { sha256Hex } from '@docket/contracts';
import { Option, type Command } from 'commander';
import type { CommandContext } from '../cli/command-context.js';
import { CliError, EXIT } from '../cli/exit.js';
import { examples } from '../cli/options.js';
import { printJson } from '../output/render.js';

const PIPELINES = ['grants', 'records'] as const;

interface NewKeyOptions {
  readonly id: string;
  readonly tenant: string;
  readonly pipelines: readonly string[];
  readonly notBefore?: string;
  readonly notAfter?: string;
  readonly json?: boolean;
}

export function addKeysCommand(program: Command, context: CommandContext): void {
  const keys = program.command('keys').description('API keys of the front door');
  keys.command('new')
    .description('make a key; print it once, with the entry for the credentials file, which holds its hash only')
    .requiredOption('--id <name>', 'name of the entry: letters, digits, dot, dash, underscore', matching(/^[A-Za-z0-9._-]{1,100}$/, 'letters, digits, dot, dash, underscore'))
    .requiredOption('--tenant <name>', 'tenant for which the key stands', matching(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower-case letters, digits, dashes'))
    .addOption(new Option('--pipelines <list>', 'what may be sent with it, separated by commas').default([...PIPELINES], PIPELINES.join(',')).argParser(parsePipelines))
    .option('--not-before <time>', 'valid from, ISO 8601 with its zone', parseInstant)
    .option('--not-after <time>', 'valid until, ISO 8601 with its zone', parseInstant)
    .option('--json', 'JSON: the key and its entry')
    .addHelpText('after', [
      '', 'Nothing is stored and no service is asked: the entry goes into the file that DOCKET_API_KEYS_FILE names.',
      examples('docket keys new --id county-sync-2027 --tenant county-grants --pipelines grants', 'docket keys new --id trial --tenant county-grants --not-after 2027-01-31T00:00:00Z'),
    ].join('\n'))
    .action((options: NewKeyOptions) => newKey(options, context));
}

function newKey({ id, tenant, pipelines, notBefore, notAfter, json }: NewKeyOptions, { terminal, done }: CommandContext): void {
  // 256 random bits: nobody guesses them, so a plain hash is as good as a slow one.
  const key = `dk_${randomBytes(32).toString('base64url')}`;
  const entry = { id, hash: sha256Hex(key), tenant, pipelines, ...(notBefore !== undefined && { notBefore }), ...(notAfter !== undefined && { notAfter }) };
  if (json) {
    printJson(terminal, { key, entry });
  } else {
    const lines = Object.entries(entry).map(([name, value]) => `${name}: ${typeof value === 'string' ? JSON.stringify(value) : `[${value.join(', ')}]`}`);
    terminal.out(`${key}\n\nkeys:\n  - ${lines.join('\n    ')}\n`);
  }
  terminal.err('The key is shown this once: hand it to its owner. The entry belongs under keys: of the credentials file.\n');
  done(EXIT.ok);
}

function matching(form: RegExp, what: string) {
  return (given: string): string => {
    if (!form.test(given)) throw new CliError(EXIT.usage, `${JSON.stringify(given)} is not ${what}`);
    return given;
  };
}

function parsePipelines(given: string): readonly string[] {
  const named = given.split(',');
  const unknown = named.find((name) => !(PIPELINES as readonly string[]).includes(name));
  if (unknown !== undefined) throw new CliError(EXIT.usage, `no such pipeline: ${unknown}; there are ${PIPELINES.join(' and ')}`);
  return [...new Set(named)];
}

function parseInstant(given: string): string {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})$/.test(given) || Number.isNaN(Date.parse(given))) {
    throw new CliError(EXIT.usage, `${JSON.stringify(given)} is no time such as 2027-01-31T00:00:00Z`);
  }
  return new Date(given).toISOString();
}

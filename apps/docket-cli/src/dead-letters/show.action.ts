import { isUtf8 } from 'node:buffer';
import type { ReadRecord } from '../cli/cluster.js';
import type { CommandContext } from '../cli/command-context.js';
import { CliError, EXIT } from '../cli/exit.js';
import { connectionOf, type ClusterOptions } from '../cli/options.js';
import { requireTopics } from '../cli/require-topics.js';
import { errTerminal, printJson, printSheet } from '../output/render.js';
import { toDeadLetter } from './dead-letter.js';
import { errorsTopic, reasonOf } from './error-event.js';
import { stageOfTopic } from './letter-kind.js';
import { formatPlace, parsePlace } from './place.js';

export interface ShowOptions extends ClusterOptions {
  readonly payload: boolean;
}

/** Shows one letter: what is known of it, why it lies there, its headers, and its payload only where that is asked for. */
export async function showLetter(text: string, options: ShowOptions, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const place = parsePlace(text);
  const spec = place && stageOfTopic(place.topic);
  if (!place || !spec) throw new CliError(EXIT.usage, `${text} is no place of a dead or parked record: give topic/partition/offset as \`docket dlq list\` shows it`);
  const cluster = await context.open(connectionOf(options), terminal);
  await requireTopics(cluster, [place.topic, errorsTopic(spec)]);
  const range = (await cluster.endsOf(place.topic)).get(place.partition);
  let record: ReadRecord | undefined;
  if (range && place.offset >= range.from && place.offset < range.upTo) {
    const only = { from: place.offset, upTo: place.offset + 1n };
    await cluster.readRanges(place.topic, new Map([[place.partition, only]]), (found) => (record = found));
  }
  if (!record) throw new CliError(EXIT.notFound, `there is no record at ${formatPlace(place)}: it may have expired; \`docket dlq list\` shows what there is`);

  const { value, headers, key } = record;
  const found = toDeadLetter(spec.name, record);
  const letter = { stage: spec.name, ...found, key, bytes: value?.length ?? null };
  const reason = await reasonOf(found, spec, record.timestamp, cluster, context);
  if (options.json) {
    printJson(terminal, { ...letter, error: reason ?? null, headers, ...(options.payload && { payload: payloadOf(value) }) });
  } else {
    const rows: [string, string | number | null][] = [
      ...Object.entries(letter),
      ['category', reason?.category ?? null],
      ['message', reason?.message ?? null],
      ...(reason?.violations ?? []).map(({ rule, path, message }): [string, string] => ['violation', `${rule} ${path}: ${message}`]),
      ...Object.entries(headers).map(([name, given]): [string, string] => [`header ${name}`, given]),
    ];
    // With a payload only that is data.
    printSheet(options.payload ? errTerminal(terminal) : terminal, { columns: ['part', 'value'], rows: rows.map(([name, given]) => [name, given ?? '']) });
    if (options.payload && value) terminal.out(terminal.isTty ? shownPayload(value) : value);
  }
  if (!reason) terminal.err(`docket: no record on ${errorsTopic(spec)} tells why: it may have expired\n`);
  if (options.payload && value === null) terminal.err('docket: the record has no payload; headers say where it was too large to be kept\n');
  context.done(EXIT.ok);
}

/** As the JSON has it. */
function payloadOf(value: Buffer | null) {
  if (value === null) return null;
  return isUtf8(value) ? { encoding: 'utf8', data: value.toString('utf8') } : { encoding: 'base64', data: value.toString('base64') };
}

/** For a terminal, which must not obey what a sender wrote. */
function shownPayload(value: Buffer): string {
  const text = isUtf8(value) ? value.toString('utf8').replace(/[^\P{C}\n\t]/gu, '?') : `base64: ${value.toString('base64')}`;
  return `${text}\n`;
}

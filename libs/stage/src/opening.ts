import { DocketError } from '@docket/contracts';
import { encodeLedgerRecord } from './ledger/ledger-record.js';
import type { Replayed } from './ledger-replay.js';
import type { OutputRecord } from './record.js';
import type { SourceBounds, TaskPort } from './task-port.js';

export interface OpeningOptions {
  readonly port: TaskPort;
  readonly partition: number;
  readonly ledgerTopic: string;
  /** Topics whose offsets the task commits. */
  readonly sources: readonly string[];
  /** `<stage>.attempts`, where the stage has one. */
  readonly attemptsTopic: string | undefined;
  readonly nonce: string;
  readonly now: number;
  readonly acceptGaps: boolean;
  /** Resolves when the records delivered from the ledger, and from the attempts, have shown the nonce. */
  readonly replayed: Promise<Replayed>;
  readonly attemptsReplayed: Promise<void>;
  readonly isClosed: () => boolean;
  readonly onGap: (topic: string, missing: bigint) => void;
  readonly onRewound: (topic: string, by: bigint) => void;
}

export interface Opened extends Replayed {
  /** Where each source goes on. */
  readonly starts: ReadonlyMap<string, bigint>;
  /** One past the last record of each source. */
  readonly ends: ReadonlyMap<string, bigint>;
}

/** Key of the opening marker on the attempts topic; no ledger id has its form. */
export const MARKER_KEY = '~opening';

/**
 * Takes a partition over: fence, committed offsets, marker, replay. After the fence an earlier holder can commit no more, so
 * the offsets are final, and so is the ledger before the marker. A later holder may commit from now on; then the marker is
 * refused, so the offsets are never newer than what is replayed. Undefined where the task was closed meanwhile.
 */
export async function openPartition(options: OpeningOptions): Promise<Opened | undefined> {
  const { port, ledgerTopic, attemptsTopic, isClosed } = options;
  await port.fence();
  if (isClosed()) return undefined;
  const restored = [ledgerTopic, ...(attemptsTopic === undefined ? [] : [attemptsTopic])];
  const bounds = await port.bounds([...options.sources, ...restored]);
  if (isClosed()) return undefined;
  await port.commit({ records: markers(options), offsets: new Map() });
  if (isClosed()) return undefined;
  for (const topic of restored) {
    port.seek(topic, boundsOf(bounds, topic).low);
    port.resume(topic);
  }
  const replayed = await options.replayed;
  await options.attemptsReplayed;
  if (isClosed()) return undefined;
  for (const topic of restored) port.pause(topic);
  return { ...replayed, starts: startsOf(options, bounds, replayed), ends: new Map([...bounds].map(([topic, { high }]) => [topic, high])) };
}

function markers({ ledgerTopic, attemptsTopic, partition, nonce, now }: OpeningOptions): OutputRecord[] {
  const head = { sequence: 0n, writtenAt: now, previousAt: 0, positions: new Map<string, bigint>(), nonce };
  const marker = { topic: ledgerTopic, partition, key: '', value: encodeLedgerRecord(head, []), headers: {} };
  if (attemptsTopic === undefined) return [marker];
  return [marker, { topic: attemptsTopic, partition, key: MARKER_KEY, value: Buffer.from(nonce), headers: {} }];
}

/** The ledger and the group's offsets were committed together: where they disagree, one of them was changed from outside. */
function startsOf(options: OpeningOptions, bounds: ReadonlyMap<string, SourceBounds>, replayed: Replayed): Map<string, bigint> {
  const starts = new Map<string, bigint>();
  for (const topic of options.sources) {
    const { committed, low, high } = boundsOf(bounds, topic);
    const known = replayed.positions.get(topic);
    if (committed !== undefined && replayed.sequence === 0n) {
      throw refuse('DOCKET_LEDGER_LOST', `the group has offsets on ${topic}, but its ledger is empty`);
    }
    if (committed !== undefined && (known === undefined || committed > known)) {
      throw refuse('DOCKET_OFFSETS_MOVED', `the group's offset on ${topic} was moved past what the ledger knows to be done`);
    }
    // Harmless, since what is done is passed over, but nobody but a person does it.
    if (committed !== undefined && known !== undefined && committed < known) options.onRewound(topic, known - committed);
    const start = committed ?? known ?? low;
    if (start > high) throw refuse('DOCKET_OFFSETS_BEYOND', `${topic} ends before the group's offset: the topic was truncated or made anew`);
    if (start < low && (committed !== undefined || known !== undefined)) {
      if (!options.acceptGaps) throw refuse('DOCKET_RECORDS_LOST', `${topic} lost ${low - start} offset(s) to retention before they were read`);
      options.onGap(topic, low - start);
    }
    starts.set(topic, start < low ? low : start);
  }
  return starts;
}

function boundsOf(bounds: ReadonlyMap<string, SourceBounds>, topic: string): SourceBounds {
  const found = bounds.get(topic);
  if (!found) throw new Error(`the port told no bounds of ${topic}`);
  return found;
}

function refuse(code: `DOCKET_${string}`, message: string): DocketError {
  return new DocketError(code, `${message}: see docs/problems.md#ledger before this partition may run`);
}

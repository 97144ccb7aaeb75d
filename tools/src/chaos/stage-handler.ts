import { hash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { DocketError, HEADER } from '@docket/contracts';
import { emit, type Decoder, type Handler } from '@docket/stage';
import { encodeUnit, keyName, parseUnit, type Unit } from './unit.js';

const LONGEST_WORK_MS = 8;
/** Of a hundred first tries, and of a hundred second ones, this many fail; later ones never do. */
const FAILS = [3, 30];

/** The unit of a record. Its id is that of the event, so that the ledger tells repeats by it. */
export const decodeUnit: Decoder = (record) => {
  try {
    const data = parseUnit(record.value);
    const id = record.headers[HEADER.id] ?? '';
    return { data, identity: { correlationId: id, batchTraceId: id, digest: hash('sha256', record.value ?? '') } };
  } catch (cause) {
    throw new DocketError('DOCKET_CHAOS_UNIT', 'the record is no unit', { kind: 'poison', cause });
  }
};

/** Works for a few milliseconds, fails now and then, and passes the unit on. */
export function stageHandler(seed: number): Handler {
  return async (data, { stage, identity, attempt, signal }) => {
    const unit = data as Unit;
    await wait(Math.random() * LONGEST_WORK_MS, undefined, { signal });
    // Decided by the unit, so that it is the same in whichever process the try takes place.
    const draw = Number.parseInt(hash('sha256', `${seed} ${stage.name} ${identity.correlationId} ${attempt}`).slice(0, 8), 16) % 100;
    if (draw < (FAILS[attempt - 1] ?? 0)) throw new DocketError('DOCKET_CHAOS_TRANSIENT', 'a failure that passes', { kind: 'retriable' });
    // Each hop has keys of its own, so that many tasks write to one partition, and transactions interleave there.
    return emit(stage.outputs.map((topic) => ({ topic, key: `${stage.name}/${keyName(unit)}`, type: 'docket.chaos.unit.v1', value: encodeUnit(unit) })));
  };
}

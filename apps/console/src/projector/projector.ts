import { isDocketError } from '@docket/contracts';
import type { Logger } from '@docket/observability';
import type { InputRecord } from '@docket/stage';
import type { Database } from '../database/database.port.js';
import type { Fact, FactDecoder } from './fact.js';
import { foldByKey, mergeClocks, mergeSteps, mergeUnits } from './merge.js';
import { moveOn, takeNew } from './source.js';
import { requestTable, stepTable, unitTable } from './tables.js';
import { upsert } from './upsert.js';

/**
 * Takes records into the read model. Topics and partitions may come in any interleaving, and batches any number of
 * times: the rows are the same in the end.
 */
export class Projector {
  constructor(
    private readonly db: Database,
    private readonly decoders: ReadonlyMap<string, FactDecoder>,
    private readonly log: Logger,
  ) {}

  /** Records of one topic partition, in order, in one transaction with the note of how far it is. */
  async apply(records: readonly InputRecord[]): Promise<void> {
    await this.db.transaction(async (tx) => {
      const fresh = await takeNew(tx, records);
      const last = fresh.at(-1);
      if (!last) return;
      const facts = fresh.flatMap((record) => this.#read(record) ?? []);
      const units = facts.flatMap((fact) => fact.unit ?? []);
      const steps = facts.flatMap((fact) => fact.step ?? []);
      const clocks = facts.flatMap((fact) => fact.clock ?? []);
      await upsert(tx, unitTable, foldByKey(units, (unit) => unit.id, mergeUnits));
      await upsert(tx, stepTable, foldByKey(steps, (step) => `${step.unit} ${step.leaf}`, mergeSteps));
      await upsert(tx, requestTable, foldByKey(clocks, (clock) => clock.clock.requestId, mergeClocks));
      await moveOn(tx, last);
    });
  }

  /** A record that cannot be read is passed over, for the auditor and the operators to judge: it must not stop the view. */
  #read(record: InputRecord): Fact | undefined {
    try {
      return this.decoders.get(record.topic)?.(record);
    } catch (err) {
      if (!isDocketError(err) || err.kind !== 'poison') throw err;
      const { topic, partition, offset } = record;
      this.log.warn('a record cannot be read and is left out', { topic, partition, offset: String(offset), code: err.code, detail: err.message });
      return undefined;
    }
  }
}

import { custodyKey, SHA256_HEX, type CustodyRecord, type RecordManifest } from '@docket/contracts';
import type { InputRecord } from '@docket/stage';
import { z } from 'zod';

const custodySchema = z.strictObject({
  documentId: z.string().min(1).max(200),
  repository: z.string().min(1).max(100),
  version: z.string().min(1).max(50),
  digest: z.string().regex(SHA256_HEX),
  status: z.enum(['active', 'superseded']),
  retention: z.strictObject({ status: z.enum(['active', 'hold', 'disposed']), until: z.iso.date().optional() }),
});

/** What the repository says of its documents: the latest record of each, read from the compacted topic. */
export class CustodyTable {
  readonly #records = new Map<string, CustodyRecord>();

  /** @param onUnreadable called for a record that is no custody record; the one before it stays */
  constructor(private readonly onUnreadable: (record: InputRecord) => void) {}

  apply(record: InputRecord): void {
    if (record.key === null) return this.onUnreadable(record);
    if (record.value === null) {
      this.#records.delete(record.key);
      return;
    }
    const parsed = custodySchema.safeParse(jsonOf(record.value));
    if (!parsed.success || custodyKey(parsed.data.repository, parsed.data.documentId) !== record.key) return this.onUnreadable(record);
    const { retention, ...rest } = parsed.data;
    const { status, until } = retention;
    this.#records.set(record.key, { ...rest, retention: { status, ...(until && { until }) } });
  }

  find({ repository, documentId }: Pick<RecordManifest, 'repository' | 'documentId'>): CustodyRecord | undefined {
    return this.#records.get(custodyKey(repository, documentId));
  }

  get size(): number {
    return this.#records.size;
  }
}

function jsonOf(value: Buffer): unknown {
  try {
    return JSON.parse(value.toString('utf8'));
  } catch {
    return undefined;
  }
}

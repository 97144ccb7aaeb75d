import { custodyKey, SHA256_HEX, type CustodyRecord, type RecordManifest, type RuleId } from '@docket/contracts';
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
  /** By digest, the rule that each withheld document's record stands for, by key: few are withheld, so this stays small. */
  readonly #withheld = new Map<string, Map<string, RuleId>>();

  /** @param onUnreadable called for a record that is no custody record; the one before it stays */
  constructor(private readonly onUnreadable: (record: InputRecord) => void) {}

  apply(record: InputRecord): void {
    if (record.key === null) return this.onUnreadable(record);
    if (record.value === null) {
      this.#forget(record.key);
      return;
    }
    const parsed = custodySchema.safeParse(jsonOf(record.value));
    if (!parsed.success || custodyKey(parsed.data.repository, parsed.data.documentId) !== record.key) return this.onUnreadable(record);
    const { retention, ...rest } = parsed.data;
    const { status, until } = retention;
    this.#forget(record.key);
    this.#records.set(record.key, { ...rest, retention: { status, ...(until && { until }) } });
    const rule = status !== 'active' ? 'REC-RETENTION' : rest.status === 'superseded' ? 'REC-CUSTODY' : undefined;
    if (rule) this.#withheld.set(rest.digest, (this.#withheld.get(rest.digest) ?? new Map<string, RuleId>()).set(record.key, rule));
  }

  /** The rule by which some repository withholds a document of these bytes (superseded, disposed of, on hold); undefined where none does. */
  withholds(digest: string): RuleId | undefined {
    return this.#withheld.get(digest)?.values().next().value;
  }

  #forget(key: string): void {
    const known = this.#records.get(key);
    if (!known) return;
    this.#records.delete(key);
    const withheld = this.#withheld.get(known.digest);
    if (withheld?.delete(key) && withheld.size === 0) this.#withheld.delete(known.digest);
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

import { cp, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { custodyKey } from '@docket/contracts';
import type { RecordWriter } from '@docket/stage-kafka';
import { z } from 'zod';

const custodySchema = z.array(z.looseObject({ repository: z.string(), documentId: z.string() }));

/** What a repository would have done before: its documents lie in the object store, its custody records on their topic. */
export async function seedRepository(samplesFolder: string, objectFolder: string, writer: RecordWriter): Promise<void> {
  const bucket = join(objectFolder, 'repository');
  await mkdir(bucket, { recursive: true });
  await cp(join(samplesFolder, 'documents'), bucket, { recursive: true });
  const records = custodySchema.parse(JSON.parse(await readFile(join(samplesFolder, 'custody.json'), 'utf8')));
  await writer.write(
    records.map((record) => ({
      topic: 'records.custody',
      key: custodyKey(record.repository, record.documentId),
      value: Buffer.from(JSON.stringify(record)),
      headers: { 'content-type': 'application/json', ce_source: '/repositories/city-repository' },
    })),
  );
}

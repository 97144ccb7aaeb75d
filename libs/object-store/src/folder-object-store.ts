import { DocketError, sha256Hex } from '@docket/contracts';
import { randomUUID } from 'node:crypto';
import { mkdir, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ObjectStore, StoredObject } from './object-store.js';
import { parseObjectUri } from './object-uri.js';

/** Objects as files: `<root>/<bucket>/<name>`. For one machine; processes may share the folder. */
export class FolderObjectStore implements ObjectStore {
  constructor(private readonly root: string) {}

  async read(uri: string, maxBytes: number, signal: AbortSignal): Promise<Buffer> {
    const { bucket, name } = parseObjectUri(uri);
    const file = await open(join(this.root, bucket, name), 'r').catch((cause: unknown) => {
      throw new DocketError('DOCKET_OBJECT_MISSING', 'the object is not in the store', { kind: 'retriable', cause });
    });
    try {
      const { size } = await file.stat();
      if (size > maxBytes) throw new DocketError('DOCKET_OBJECT_TOO_LARGE', `the object exceeds ${maxBytes} bytes`, { kind: 'quarantine' });
      return await file.readFile({ signal });
    } finally {
      await file.close();
    }
  }

  async write(bucket: string, prefix: string, bytes: Uint8Array, extension: string): Promise<StoredObject> {
    const digest = sha256Hex(bytes);
    const uri = `store://${bucket}/${prefix}/${digest}.${extension}`;
    const { name } = parseObjectUri(uri);
    const target = join(this.root, bucket, name);
    await mkdir(dirname(target), { recursive: true });
    const draft = `${target}.${randomUUID()}.part`;
    const file = await open(draft, 'wx', 0o640);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, target);
    return { uri, digest, size: bytes.length };
  }
}

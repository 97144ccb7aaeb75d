import { mkdtempSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256Hex } from '@docket/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderObjectStore } from './folder-object-store.js';

const never = new AbortController().signal;

describe('FolderObjectStore', () => {
  let root: string;
  let store: FolderObjectStore;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'docket-objects-'));
    store = new FolderObjectStore(root);
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('names what it stores by its digest, and a repeat changes nothing', async () => {
    const bytes = Buffer.from('text');
    const first = await store.write('records-standard', 'text', bytes, 'txt');
    expect(first).toEqual({ uri: `store://records-standard/text/${sha256Hex(bytes)}.txt`, digest: sha256Hex(bytes), size: 4 });
    expect(await store.write('records-standard', 'text', bytes, 'txt')).toEqual(first);
    expect(readdirSync(join(root, 'records-standard', 'text'))).toHaveLength(1);
    expect(await store.read(first.uri, 100, never)).toEqual(bytes);
  });

  it('tells a missing object, which may come, from one too large, which will not shrink', async () => {
    mkdirSync(join(root, 'bucket'));
    writeFileSync(join(root, 'bucket', 'large'), 'x'.repeat(11));
    await expect(store.read('store://bucket/none', 10, never)).rejects.toMatchObject({ code: 'DOCKET_OBJECT_MISSING', kind: 'retriable' });
    await expect(store.read('store://bucket/large', 10, never)).rejects.toMatchObject({ code: 'DOCKET_OBJECT_TOO_LARGE', kind: 'quarantine' });
  });

  it.each(['store://bucket/../secret', 'store://bucket/a/../../b', 'store://../x', 'file:///etc/passwd', 'store://bucket/', 'store://bucket//a', 'store://bucket/a%2e', 'store://bucket/.'])(
    'refuses %s: no URI leads out of the store', async (uri) => {
      await expect(store.read(uri, 10, never)).rejects.toMatchObject({ code: 'DOCKET_OBJECT_URI', kind: 'quarantine' });
    },
  );
});

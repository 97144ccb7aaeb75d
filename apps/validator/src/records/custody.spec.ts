import { sha256Hex, type CustodyRecord, type RecordManifest } from '@docket/contracts';
import type { InputRecord } from '@docket/stage';
import { describe, expect, it } from 'vitest';
import { checkCustody, chooseLane } from './check-custody.js';
import { CustodyTable } from './custody-table.js';

const digest = sha256Hex('document');
const custody: CustodyRecord = { documentId: 'D-1', repository: 'repo', version: '1', digest, status: 'active', retention: { status: 'active' } };
const manifest: RecordManifest = { ...custody, requestId: 'R', jurisdiction: 'US', uri: 'store://a/b', size: 1, mediaType: 'application/pdf', retention: 'x' };

function record(key: string | null, value: unknown): InputRecord {
  return { topic: 'records.custody', partition: 0, offset: 0n, timestamp: 0, key, value: value === null ? null : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)), headers: {} };
}

/** REC-CUSTODY and REC-RETENTION: only what the repository vouches for, in this version and with these bytes. */
describe('checkCustody', () => {
  it('lets pass what agrees', () => {
    expect(checkCustody(manifest, custody)).toBeUndefined();
  });

  it.each([
    ['unknown', undefined, 'quarantine', 'DOCKET_RULE_REC_CUSTODY'],
    ['another version', { ...custody, version: '2' }, 'quarantine', 'DOCKET_RULE_REC_CUSTODY'],
    ['another digest', { ...custody, digest: sha256Hex('other') }, 'quarantine', 'DOCKET_RULE_REC_CUSTODY'],
    ['superseded', { ...custody, status: 'superseded' as const }, 'quarantine', 'DOCKET_RULE_REC_CUSTODY'],
    ['disposed of', { ...custody, retention: { status: 'disposed' as const } }, 'quarantine', 'DOCKET_RULE_REC_RETENTION'],
    ['under a hold', { ...custody, retention: { status: 'hold' as const } }, 'park', 'DOCKET_RULE_REC_RETENTION'],
  ])('stops what is %s', (_what, known, kind, code) => {
    expect(checkCustody(manifest, known)).toMatchObject({ kind, code });
  });
});

/** REC-MARKING: a marking only ever raises the lane; what no open lane may take is quarantined. */
describe('chooseLane', () => {
  const open = ['standard', 'pii'] as const;
  it.each([
    [undefined, 'standard', { lane: 'standard' }],
    ['UNCLASSIFIED', 'standard', { lane: 'standard' }],
    ['UNCLASSIFIED', 'pii', { lane: 'pii' }],
    ['CUI//SP-PRVCY', 'standard', { lane: 'pii' }],
    ['SECRET//NOFORN', 'standard', { refused: { kind: 'quarantine', rule: 'REC-MARKING' } }],
    ['for your eyes', 'standard', { refused: { kind: 'park', state: 'held-for-review' } }],
  ] as const)('of %s in %s', (marking, lane, expected) => {
    expect(chooseLane(marking, lane, open)).toMatchObject(expected);
  });
});

describe('CustodyTable', () => {
  it('knows the latest record of each document, forgets a deleted one, and keeps the last good one', () => {
    const unreadable: string[] = [];
    const table = new CustodyTable(({ key }) => unreadable.push(key ?? 'none'));
    table.apply(record('repo/D-1', custody));
    table.apply(record('repo/D-1', { ...custody, version: '2' }));
    expect(table.find(manifest)?.version).toBe('2');
    for (const bad of ['not json', {}, { ...custody, extra: 1 }, { ...custody, documentId: 'D-2' }]) table.apply(record('repo/D-1', bad));
    table.apply(record(null, custody));
    expect(table.find(manifest)?.version).toBe('2');
    expect(unreadable).toEqual(['repo/D-1', 'repo/D-1', 'repo/D-1', 'repo/D-1', 'none']);
    table.apply(record('repo/D-1', null));
    expect(table.find(manifest)).toBeUndefined();
  });

  it('knows by their bytes which documents are withheld, for as long as any record says so', () => {
    const table = new CustodyTable(() => undefined);
    expect(table.withholds(digest)).toBeUndefined();
    table.apply(record('repo/D-1', { ...custody, status: 'superseded' }));
    table.apply(record('other/D-1', { ...custody, repository: 'other', retention: { status: 'hold' } }));
    expect(table.withholds(digest)).toBe('REC-CUSTODY');
    table.apply(record('repo/D-1', custody));
    expect(table.withholds(digest)).toBe('REC-RETENTION');
    table.apply(record('other/D-1', { ...custody, repository: 'other', digest: sha256Hex('changed'), status: 'superseded' }));
    expect([table.withholds(digest), table.withholds(sha256Hex('changed'))]).toEqual([undefined, 'REC-CUSTODY']);
    table.apply(record('other/D-1', null));
    expect(table.withholds(sha256Hex('changed'))).toBeUndefined();
  });
});

import { AssignerProtocol } from 'kafkajs';
import { decodeClaim } from './claim-codec.js';
import type { MemberClaim } from './sticky-assignment.js';

export interface GroupMemberMetadata {
  readonly claim: MemberClaim;
  /** What the member subscribes to; undefined where its metadata cannot be read. */
  readonly topics: readonly string[] | undefined;
}

/** Reads what a member sent with its JoinGroup. Never throws: see decodeClaim. */
export function readMember(memberId: string, metadata: Buffer): GroupMemberMetadata {
  try {
    const decoded = AssignerProtocol.MemberMetadata.decode(metadata);
    if (decoded !== null) return { claim: decodeClaim(memberId, decoded.userData), topics: decoded.topics };
  } catch {
    // Another client's, or the broker tells none while the group rebalances.
  }
  return { claim: decodeClaim(memberId, Buffer.alloc(0)), topics: undefined };
}
